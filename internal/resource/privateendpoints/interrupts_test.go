// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package privateendpoints_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest/lifecycle"
)

// TestInterrupts creates, makes every kind of change in one update, and destroys.
func TestInterrupts(t *testing.T) {
	t.Parallel()
	c := lifecycle.Case{Gone: gone, Sweep: func(testing.TB, *awstest.AWS) {}}
	lifecycle.Interrupts(t, lifecycle.BuildPlugin(t), c, func(a *awstest.AWS) []string {
		n := network(a)
		block := func(arguments ...string) string {
			return a.ProviderBlock("max_retries = 3") + fmt.Sprintf("resource %q \"this\" {\nvpc_id = %q\nroute_table_ids = [%q]\ncompute = [\"ec2\"]\n%s\n}\n",
				resourceType, n.VPC, n.RouteTable, strings.Join(arguments, "\n"))
		}
		return []string{
			block(fmt.Sprintf("subnet_ids = [%q, %q]", n.Subnets[0], n.Subnets[1]), `exclude = ["ecr.api"]`, `security_group = { ingress_cidr_blocks = ["10.0.0.0/16"] }`, `tags = { team = "web" }`),
			block(fmt.Sprintf("subnet_ids = [%q]", n.Subnets[0]), `exclude = ["s3"]`, `security_group = { ingress_cidr_blocks = ["10.0.0.0/24"] }`, `tags = { owner = "ops" }`),
		}
	})
}
