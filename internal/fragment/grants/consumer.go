// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package grants

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

// ConsumerPoliciesAttribute is the computed consumer_policies.
func ConsumerPoliciesAttribute() schema.MapAttribute {
	return schema.MapAttribute{
		Computed: true, ElementType: types.StringType,
		MarkdownDescription: "The identity policy to attach to those whom a grant names, by the grant's name: `{ Web = \"{\\\"Version\\\":\\\"2012-10-17\\\",…}\" }`. " +
			"Each allows the login and that grant's actions alone, where `consumer_policy_json` has those of all grants. A grant that names only `codebuild` has none: CodeBuild pulls by no identity policy.",
	}
}

// ConsumerPolicies gives consumer_policies of the repository with the ARN. Whom a grant names isn't in its document, so that the
// document is known before they are.
func ConsumerPolicies(ctx context.Context, value types.Map, repositoryARN types.String, diags *diag.Diagnostics) types.Map {
	unknown := types.MapUnknown(types.StringType)
	if value.IsUnknown() || repositoryARN.IsUnknown() {
		return unknown
	}
	documents := map[string]attr.Value{}
	for name, element := range value.Elements() {
		object, ok := element.(types.Object)
		if !ok || object.IsUnknown() {
			return unknown
		}
		if object.IsNull() {
			continue
		}
		var m model
		diags.Append(object.As(ctx, &m, basetypes.ObjectAsOptions{})...)
		switch member, g, known := m.consumer(); {
		case member == maybe:
			return unknown
		case member == no:
		case !known:
			documents[name] = types.StringUnknown()
		default:
			documents[name] = types.StringValue(pattern.ConsumerPolicy([]pattern.Grant{g}, repositoryARN.ValueString()).Canonical())
		}
	}
	return types.MapValueMust(types.StringType, documents)
}

// answer is one that a plan may not know yet.
type answer int

const (
	no answer = iota
	maybe
	yes
)

// consumer tells whether the row names somebody who needs an identity policy, and gives a grant with the same one: known is false
// while it depends on what isn't known.
func (m model) consumer() (member answer, g pattern.Grant, known bool) {
	principals := no
	for _, set := range []types.Set{m.OrganizationPaths, m.OrganizationUnitIDs, m.OrganizationIDs, m.Accounts, m.PrincipalARNs} {
		principals = max(principals, given(set.IsUnknown(), len(set.Elements()) > 0))
	}
	lambda := given(m.Lambda.IsUnknown(), !m.Lambda.IsNull())
	r := reader{}
	g = pattern.Grant{Access: r.string(m.Access), Actions: r.strings(m.Actions)}
	if principals == yes {
		g.Accounts = []string{authz.UnknownValue} // whoever they are
	}
	if lambda == yes {
		g.Lambda = &pattern.LambdaGrant{}
	}
	return max(principals, lambda), g, !r.incomplete && principals != maybe && lambda != maybe
}

func given(unknown, present bool) answer {
	switch {
	case unknown:
		return maybe
	case present:
		return yes
	default:
		return no
	}
}
