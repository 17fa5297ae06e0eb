// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lockdown

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

const (
	first  = "arn:aws:iam::111111111111:role/ops/first"
	second = "arn:aws:iam::111111111111:role/ops/second"
)

// TestPlanCaller fixes who made the lockdown, where STS doesn't tell who asks.
func TestPlanCaller(t *testing.T) {
	t.Parallel()
	silent := &fw.ProviderData{Clients: awsapi.New(awsapi.Config{SkipRequestingAccountID: true})}
	prior := func(caller types.String, arns ...string) *Managed {
		return &Managed{Arguments: Arguments{ExemptPrincipalARNs: fw.StringSet(arns)}, CallerARN: caller}
	}
	on, off, later := types.BoolValue(true), types.BoolValue(false), types.BoolUnknown()
	applying, imported := &Moment{Applying: true}, &Moment{Imported: true}
	for name, tc := range map[string]struct {
		exempt  types.Bool
		planned types.String
		prior   *Managed
		now     *Moment
		want    types.String
	}{
		"not exempt":                     {off, types.StringUnknown(), nil, &Moment{}, types.StringNull()},
		"no more exempt":                 {types.BoolNull(), types.StringUnknown(), prior(types.StringValue(first)), &Moment{}, types.StringNull()},
		"exempt or not, later":           {later, types.StringUnknown(), nil, &Moment{}, types.StringUnknown()},
		"exempt or not, later, as stood": {later, types.StringValue(first), prior(types.StringValue(first)), &Moment{}, types.StringUnknown()},
		"the plan of a new one":          {on, types.StringUnknown(), nil, &Moment{}, types.StringUnknown()},
		"stands":                         {on, types.StringUnknown(), prior(types.StringValue(first)), &Moment{}, types.StringValue(first)},
		"stands, at the apply":           {on, types.StringValue(second), prior(types.StringValue(first)), applying, types.StringValue(first)},
		"stood without one":              {on, types.StringUnknown(), prior(types.StringNull(), first), &Moment{}, types.StringUnknown()},
		"was imported":                   {on, types.StringUnknown(), prior(types.StringNull(), first), imported, types.StringValue(first)},
		"was imported with two":          {on, types.StringUnknown(), prior(types.StringNull(), first, second), imported, types.StringUnknown()},
		"was planned":                    {on, types.StringValue(first), nil, applying, types.StringValue(first)},
	} {
		m := Managed{ExemptCaller: tc.exempt, CallerARN: tc.planned}
		var diags diag.Diagnostics
		m.planCaller(t.Context(), silent, pattern.Lockdown{ExemptCaller: tc.exempt.ValueBool()}, Question{Prior: tc.prior, Now: tc.now}, &diags)
		if !m.CallerARN.Equal(tc.want) || len(diags) > 0 {
			t.Errorf("%s: %s, want %s (%v)", name, m.CallerARN, tc.want, diags)
		}
	}
	m := Managed{ExemptCaller: on, CallerARN: types.StringUnknown()}
	var diags diag.Diagnostics
	m.planCaller(t.Context(), silent, pattern.Lockdown{ExemptCaller: true}, Question{At: path.Root("lockdown"), Now: applying}, &diags)
	if len(diags) != 1 || diags[0].Summary() != "Caller not known" || !strings.Contains(diags[0].Detail(), "exempt_principal_arns") {
		t.Errorf("where nobody tells the caller: %v", diags)
	}
}
