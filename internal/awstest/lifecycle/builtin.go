// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"crypto/rand"

	"github.com/hashicorp/hcl/v2/hcldec"
	"github.com/zclconf/go-cty/cty"
)

// terraformData is the schema of Terraform's own resource, whose output is unknown until it is made: tests have it stand for another
// provider's resource (https://developer.hashicorp.com/terraform/language/resources/terraform-data).
func terraformData() described {
	attribute := func(name string) *hcldec.AttrSpec { return &hcldec.AttrSpec{Name: name, Type: cty.DynamicPseudoType} }
	return described{
		spec: hcldec.ObjectSpec{"input": attribute("input"), "triggers_replace": attribute("triggers_replace")},
		cty: cty.Object(map[string]cty.Type{
			"id": cty.String, "input": cty.DynamicPseudoType, "output": cty.DynamicPseudoType, "triggers_replace": cty.DynamicPseudoType,
		}),
	}
}

// planTerraformData gives the action and the planned value; prior is cty.NilVal when there is none.
func planTerraformData(config, prior cty.Value) (Action, cty.Value) {
	input := config.GetAttr("input")
	made := func(id, output cty.Value) cty.Value {
		return cty.ObjectVal(map[string]cty.Value{"id": id, "input": input, "output": output, "triggers_replace": config.GetAttr("triggers_replace")})
	}
	later := cty.UnknownVal(input.Type())
	if input.IsKnown() && input.IsNull() {
		later = input
	}
	switch {
	case prior == cty.NilVal:
		return Create, made(cty.UnknownVal(cty.String), later)
	case !prior.GetAttr("triggers_replace").RawEquals(config.GetAttr("triggers_replace")):
		return Replace, made(cty.UnknownVal(cty.String), later)
	case !prior.GetAttr("input").RawEquals(input):
		return Update, made(prior.GetAttr("id"), later)
	default:
		return NoOp, prior
	}
}

// applyTerraformData gives the value after the apply of what was planned with config.
func applyTerraformData(config, planned cty.Value) cty.Value {
	values := planned.AsValueMap()
	values["input"], values["output"], values["triggers_replace"] = config.GetAttr("input"), config.GetAttr("input"), config.GetAttr("triggers_replace")
	if !values["id"].IsKnown() {
		values["id"] = cty.StringVal(rand.Text())
	}
	return cty.ObjectVal(values)
}
