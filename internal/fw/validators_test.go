// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package fw_test

import (
	"context"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
)

func TestValidators(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		validators []validator.String
		good, bad  []string
		summary    string
		write      string
	}{
		"repository name": {
			[]validator.String{fw.RepositoryNameValidator()},
			[]string{
				"ab", "team/app", "a-b", "a--b", "a_b", "a__b", "a.b", "0/1", "a/b/c-d.e_f", strings.Repeat("a", 256),
			},
			[]string{
				"", "a", "Team/app", "team app", "-app", "app-", "/app", "app/", "a//b", "a..b", "a___b", "a.-b", "äpp", "app:latest", "app@eu-west-1",
				"app\n", strings.Repeat("a", 257), "111111111111.dkr.ecr.eu-west-1.amazonaws.com/app:1",
			},
			"Invalid repository name", `such as "team/app"`,
		},
		"repository argument": {fw.RepositoryAttribute().Validators, []string{"team/app"}, []string{"Team"}, "Invalid repository name", `such as "team/app"`},
		"region": {
			fw.RegionAttribute().Validators,
			[]string{"eu-west-1", "us-gov-west-1", "cn-north-1", "ap-southeast-5"},
			[]string{"", "Ireland", "eu-west", "eu-west-1a", "EU-WEST-1", "eu_west_1", " eu-west-1", "eu-west-1\n", "*"},
			"Not a Region", `such as "eu-west-1"`,
		},
		"registry id": {
			fw.RegistryIDAttribute().Validators,
			[]string{"111111111111", "000000000001"},
			[]string{"", "1234567890", "1111-1111-1111", "arn:aws:iam::111111111111:root", "111111111111\n", "１１１１１１１１１１１１"},
			"Invalid account id", `such as "111111111111"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			validate := func(value types.String) string {
				req := validator.StringRequest{Path: path.Root("argument"), ConfigValue: value}
				var resp validator.StringResponse
				for _, v := range tc.validators {
					v.ValidateString(context.Background(), req, &resp)
					if v.Description(context.Background()) == "" || v.MarkdownDescription(context.Background()) == "" {
						t.Error("the validator has no description")
					}
				}
				return said(resp.Diagnostics)
			}
			for _, good := range append([]types.String{types.StringNull(), types.StringUnknown()}, values(tc.good)...) {
				if got := validate(good); got != "" {
					t.Errorf("%s: %s", good, got)
				}
			}
			for _, bad := range values(tc.bad) {
				if got := validate(bad); !strings.HasPrefix(got, "Error argument: "+tc.summary+": ") || !strings.Contains(got, tc.write) {
					t.Errorf("%s: got %q", bad, got)
				}
			}
		})
	}
}

func values(texts []string) []types.String {
	all := make([]types.String, len(texts))
	for i, text := range texts {
		all[i] = types.StringValue(text)
	}
	return all
}

func TestParseImportID(t *testing.T) {
	t.Parallel()
	for id, want := range map[string][2]string{
		"team/app":                 {"team/app", ""},
		"team/app@eu-west-1":       {"team/app", "eu-west-1"},
		"team/app@us-gov-west-1":   {"team/app", "us-gov-west-1"},
		"app/Some@Sid@eu-west-1":   {"app/Some@Sid", "eu-west-1"},
		"app/Some@Sid":             {"app/Some@Sid", ""},
		"app@eu-west":              {"app@eu-west", ""},
		"app@":                     {"app@", ""},
		"@eu-west-1":               {"@eu-west-1", ""},
		"eu-west-1":                {"eu-west-1", ""},
		"":                         {"", ""},
		"app@eu-west-1@eu-central": {"app@eu-west-1@eu-central", ""},
	} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			if name, region := fw.ParseImportID(id); name != want[0] || region != want[1] {
				t.Errorf("got %q and %q, want %q and %q", name, region, want[0], want[1])
			}
		})
	}
}
