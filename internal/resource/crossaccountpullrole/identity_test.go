// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package crossaccountpullrole_test

import (
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/acctest"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

func TestImportByIdentity(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	acctest.ImportByIdentity(t, a, resourceType, arguments(nil), arguments(map[string]any{"settle_seconds": nil}),
		map[string]any{"name": name}, map[string]any{"account_id": a.AccountID})
	another := map[string]any{"name": name, "account_id": "999999999999"}
	acctest.ExpectError(t, acctest.Core(a, resourceType, nil).ImportIdentity(t.Context(), another), "Role of another account")
}
