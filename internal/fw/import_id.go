// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package fw

import (
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
)

// ParseImportID splits an import string "name[@region]". The region is "" when there is none, which stands for the
// provider's.
func ParseImportID(id string) (name, region string) {
	if at := strings.LastIndex(id, "@"); at > 0 && awsapi.ValidRegion(id[at+1:]) {
		return id[:at], id[at+1:]
	}
	return id, ""
}
