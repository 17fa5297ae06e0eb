// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func TestPlace(t *testing.T) {
	t.Parallel()
	root := tftypes.NewAttributePath().WithAttributeName
	value := tftypes.NewValue(tftypes.String, "x")
	for name, test := range map[string]struct {
		at     *tftypes.AttributePath
		detail string
		wantAt *tftypes.AttributePath
		want   string
	}{
		"no attribute":                  {detail: "It broke.", want: "It broke."},
		"an argument":                   {root("region"), "It is odd.", root("region"), "region: It is odd."},
		"an argument that is named":     {root("region"), "Set region here.", root("region"), "Set region here."},
		"an argument in another's name": {root("region"), "Set sts_region, or a.region.", root("region"), "region: Set sts_region, or a.region."},
		"in an element of a map": {
			root("grants").WithElementKeyString("Dev").WithAttributeName("accounts"), "accounts is odd.",
			root("grants").WithElementKeyString("Dev"), `grants["Dev"].accounts: accounts is odd.`,
		},
		"in an element of a map, named in full": {
			root("grants").WithElementKeyString("Dev").WithAttributeName("access"), `Attribute grants["Dev"].access is odd.`,
			root("grants").WithElementKeyString("Dev"), `Attribute grants["Dev"].access is odd.`,
		},
		"in an object": {
			root("lockdown").WithAttributeName("mode"), "It is odd.", root("lockdown"), "lockdown.mode: It is odd.",
		},
		"an element of a list": {
			root("access").WithElementKeyInt(1), "It is odd.", root("access").WithElementKeyInt(1), "access[1]: It is odd.",
		},
		"an element of a set": {
			root("subnet_ids").WithElementKeyValue(value), "It is odd.", root("subnet_ids"), "subnet_ids: It is odd.",
		},
		"in the block": {
			root("timeouts").WithAttributeName("create"), "It is odd.", root("timeouts").WithAttributeName("create"), "timeouts.create: It is odd.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := &tfprotov6.Diagnostic{Detail: test.detail, Attribute: test.at}
			place([]*tfprotov6.Diagnostic{d})
			if !d.Attribute.Equal(test.wantAt) || d.Detail != test.want {
				t.Errorf("got %s with %q, want %s with %q", d.Attribute, d.Detail, test.wantAt, test.want)
			}
		})
	}
}

// TestBlocks pins what shown takes for granted.
func TestBlocks(t *testing.T) {
	t.Parallel()
	schemas, err := providerserver.NewProtocol6(New("test")())().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, of := range []map[string]*tfprotov6.Schema{schemas.ResourceSchemas, schemas.DataSourceSchemas} {
		for name, schema := range of {
			for _, block := range schema.Block.BlockTypes {
				if block.TypeName != timeoutsBlock {
					t.Errorf("%s has a block %s, in which shown would cut paths: make it an attribute", name, block.TypeName)
				}
			}
		}
	}
	for _, attribute := range schemas.Provider.Block.Attributes {
		if attribute.NestedType != nil {
			t.Errorf("%s of the provider block has nested attributes, whose paths nobody cuts: make it a block", attribute.Name)
		}
	}
}
