// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

func ExampleOrganizationPath() {
	path, _ := pattern.OrganizationPath("o-a1b2c3d4e5", "r-ab12", "ou-ab12-11111111")
	fmt.Println(path)
	// Output: o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/
}

func TestOrganizationPath(t *testing.T) {
	t.Parallel()
	const org, root, unit, nested = "o-a1b2c3d4e5", "r-ab12", "ou-ab12-11111111", "ou-ab12-22222222"
	for name, tc := range map[string]struct {
		org, root string
		units     []string
		want, err string
	}{
		"root":             {org, root, nil, "o-a1b2c3d4e5/r-ab12/", ""},
		"units":            {org, root, []string{unit, nested}, "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/ou-ab12-22222222/", ""},
		"no organization":  {"", root, nil, "", `"" is not an organization id`},
		"no root":          {org, unit, nil, "", `"ou-ab12-11111111" is not the id of an organization's root`},
		"account as unit":  {org, root, []string{unit, "111111111111"}, "", `"111111111111" is not the id of an organizational unit`},
		"wildcard as unit": {org, root, []string{"*"}, "", `"*" is not the id of an organizational unit`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := pattern.OrganizationPath(tc.org, tc.root, tc.units...)
			if got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
			if !matches(err, tc.err) {
				t.Errorf("got error %v, want one with %q", err, tc.err)
			}
		})
	}
}

func TestOrganizationalUnitPattern(t *testing.T) {
	t.Parallel()
	got := pattern.OrganizationalUnitPattern("o-a1b2c3d4e5", "ou-ab12-11111111")
	if want := "o-a1b2c3d4e5/*/ou-ab12-11111111/*"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if err := pattern.ValidateOrganizationPathPattern(got); err != nil {
		t.Error(err)
	}
}

func TestValidateOrganizationPathPattern(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"o-a1b2c3d4e5/r-ab12/",
		"o-a1b2c3d4e5/r-ab12/*",
		"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/",
		"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*",
		"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/ou-*",
		"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/ou-ab12-22222222/*",
		"o-a1b2c3d4e5/r-ab12/ou-*/",
		"o-a1b2c3d4e5/r-????/ou-ab12-11111111/",
		"o-a1b2c3d4e5/r-*/ou-ab12-11111111/*",
		"o-a1b2c3d4e5/*/ou-ab12-11111111/",
		"o-a1b2c3d4e5/*/ou-ab12-11111111/*/ou-ab12-22222222/*",
		"o-a1b2c3d4e5/*",
		"o-a1b2c3d4e5/**",
		"o-xxxxxxxxxx/*/ou-xxxx-xxxxxxxx/*",
		"o-a1b2c3d4e5/*22222222/",
		"o-" + strings.Repeat("a", 32) + "/r-" + strings.Repeat("b", 32) + "/ou-" + strings.Repeat("c", 32) + "-" + strings.Repeat("d", 32) + "/",
	} {
		t.Run(s, func(t *testing.T) {
			t.Parallel()
			if err := pattern.ValidateOrganizationPathPattern(s); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestValidateOrganizationPathPatternErrors(t *testing.T) {
	t.Parallel()
	const never = "can't match any account"
	for name, tc := range map[string]struct{ pattern, want string }{
		"empty":                    {"", "is empty"},
		"ARN":                      {"arn:aws:organizations::111111111111:ou/o-a1b2c3d4e5/ou-ab12-11111111", "is an ARN"},
		"no organization":          {"r-ab12/ou-ab12-11111111/*", `"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"`},
		"bare unit":                {"ou-ab12-11111111", `"o-a1b2c3d4e5/*/ou-ab12-11111111/*"`},
		"any organization":         {"*/ou-ab12-11111111/*", "wildcard in the organization id"},
		"some organization":        {"o-a1b2c3d4e?/*", "wildcard in the organization id"},
		"short organization":       {"o-a1b2/r-ab12/*", `"o-a1b2" is not an organization id`},
		"upper-case organization":  {"o-A1B2C3D4E5/r-ab12/*", `"o-A1B2C3D4E5" is not an organization id`},
		"slash first":              {"/o-a1b2c3d4e5/r-ab12/", `"" is not an organization id`},
		"organization only":        {"o-a1b2c3d4e5", `write "o-a1b2c3d4e5/*"`},
		"organization and slash":   {"o-a1b2c3d4e5/", `write "o-a1b2c3d4e5/*"`},
		"root without slash":       {"o-a1b2c3d4e5/r-ab12", `write "o-a1b2c3d4e5/r-ab12/" for`},
		"unit without slash":       {"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111", `or "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*" for`},
		"star without slash":       {"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111*", `or "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*" for`},
		"account":                  {"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/111111111111", `write "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"`},
		"account and slash":        {"o-a1b2c3d4e5/r-ab12/111111111111/", `write "o-a1b2c3d4e5/r-ab12/"`},
		"account and star":         {"o-a1b2c3d4e5/r-ab12/111111111111/*", never},
		"two slashes":              {"o-a1b2c3d4e5/r-ab12//*", never},
		"unit as root":             {"o-a1b2c3d4e5/ou-ab12-11111111/*", never},
		"second root":              {"o-a1b2c3d4e5/*/r-ab12/*", never},
		"second organization":      {"o-a1b2c3d4e5/*/o-a1b2c3d4e5/*", never},
		"short root":               {"o-a1b2c3d4e5/r-ab1/*", never},
		"short unit":               {"o-a1b2c3d4e5/*/ou-ab12-1111/*", never},
		"long unit":                {"o-a1b2c3d4e5/*/ou-ab12-" + strings.Repeat("1", 33) + "/*", never},
		"unit without its root":    {"o-a1b2c3d4e5/*/ou-11111111/*", never},
		"upper-case unit":          {"o-a1b2c3d4e5/*/ou-ab12-AAAAAAAA/*", never},
		"space":                    {"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/* ", never},
		"policy variable":          {"o-a1b2c3d4e5/${aws:PrincipalTag/ou}/*", never},
		"no slash behind wildcard": {"o-a1b2c3d4e5/*-11111111", never},
		"too few question marks":   {"o-a1b2c3d4e5/r-???/*", never},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := pattern.ValidateOrganizationPathPattern(tc.pattern)
			if !matches(err, tc.want) {
				t.Errorf("got error %v, want one with %q", err, tc.want)
			}
		})
	}
}

func TestValidateIDs(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		validate func(string) error
		good     []string
		bad      []string
		want     string
	}{
		"organization": {
			pattern.ValidateOrganizationID,
			[]string{"o-a1b2c3d4e5", "o-" + strings.Repeat("a", 32)},
			[]string{"", "o-a1b2c3d4e", "o-" + strings.Repeat("a", 33), "o-A1B2C3D4E5", "r-a1b2c3d4e5", "o-a1b2c3d4e5/", " o-a1b2c3d4e5"},
			"is not an organization id: write \"o-\"",
		},
		"root": {
			pattern.ValidateRootID,
			[]string{"r-ab12", "r-" + strings.Repeat("a", 32)},
			[]string{"", "r-ab1", "r-" + strings.Repeat("a", 33), "o-ab12", "r-ab12/", "r-AB12"},
			"is not the id of an organization's root: write \"r-\"",
		},
		"unit": {
			pattern.ValidateOrganizationalUnitID,
			[]string{"ou-ab12-11111111", "ou-" + strings.Repeat("a", 32) + "-" + strings.Repeat("b", 32)},
			[]string{"", "ou-ab12", "ou-ab1-11111111", "ou-ab12-1111111", "ou-ab12-11111111/", "OU-ab12-11111111", "ou-ab12-11111111\n"},
			"is not the id of an organizational unit: write \"ou-\"",
		},
		"account": {
			pattern.ValidateAccountID,
			[]string{"111111111111", "000000000001"},
			[]string{"", "11111111111", "1111111111111", "11111111111a", "1111-1111-1111"},
			"is not an AWS account id: write its 12 digits",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, id := range tc.good {
				if err := tc.validate(id); err != nil {
					t.Error(err)
				}
			}
			for _, id := range tc.bad {
				if err := tc.validate(id); !matches(err, tc.want) {
					t.Errorf("%q: got error %v, want one with %q", id, err, tc.want)
				}
			}
		})
	}
}

// matches says whether err is nil for an empty text, and has the text otherwise.
func matches(err error, text string) bool {
	if text == "" {
		return err == nil
	}
	return err != nil && strings.Contains(err.Error(), text)
}
