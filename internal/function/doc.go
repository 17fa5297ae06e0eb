// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package function holds the provider-defined functions, a file each. They are pure: none makes a call, and none needs
// credentials, a Region or a network. They put Terraform's types around what packages pattern, policy and authz compute; an
// error names the argument at fault.
package function

import "github.com/hashicorp/terraform-plugin-framework/function"

// All gives the constructors of all functions, in the order of their names.
func All() []func() function.Function {
	return []func() function.Function{
		NewEvaluateAccess,
		NewLayerBucketARN,
		NewOrganizationPath,
		NewParseImageURI,
		NewPolicyEquivalent,
		NewPolicyFindings,
	}
}
