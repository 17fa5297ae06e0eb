// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package repositoryscope is the arguments that say what a role may do with which repositories, by their ARNs and by their
// tags, and the document that guards these tags.
package repositoryscope

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// Arguments is the model of Attributes. A resource's model embeds it.
type Arguments struct {
	Access                types.String `tfsdk:"access"`
	RepositoryARNs        types.Set    `tfsdk:"repository_arns"`
	ResourceTags          types.Map    `tfsdk:"resource_tags"`
	TagAdminPrincipalARNs types.Set    `tfsdk:"tag_admin_principal_arns"`
	TagGuardPolicyJSON    types.String `tfsdk:"tag_guard_policy_json"`
}

const admins = "tag_admin_principal_arns"

// Attributes are the arguments. access is the preset that a role has without one.
func Attributes(access string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"access": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString(access),
			Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			MarkdownDescription: "What the role may do with the repositories, such as `pull`, `pull_describe`, `read_only`, `push` or `push_pull`. " +
				"`" + access + "` without it. The login comes with it.",
		},
		"repository_arns": Set("ARNs of the repositories, such as `[\"arn:aws:ecr:eu-west-1:111111111111:repository/team/app\"]`. The name may hold wildcards. " +
			"With `resource_tags` a repository must have the tags too. Without it, every repository of the role's account with the tags is meant. One of both is needed."),
		"resource_tags": schema.MapAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Tags that a repository must have, all of them, such as `{ environment = \"release\" }`. Whoever can tag repositories can widen this access: " +
				"attach `tag_guard_policy_json`.",
			Validators: []validator.Map{mapvalidator.NoNullValues()},
		},
		admins: schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Roles and users that `tag_guard_policy_json` lets set the tags, such as `[\"arn:aws:iam::111111111111:role/platform\"]`. Without it nobody may. " +
				"The account may be `*` for a role that every account of an organization has.",
			Validators: []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.NoNullValues(), setvalidator.AlsoRequires(path.MatchRoot("resource_tags"))},
		},
		"tag_guard_policy_json": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "Policy document that keeps others from widening the access by tags: `{\"Version\":\"2012-10-17\",…}`. Nobody but `" + admins +
				"` may set or remove the tags on repositories, or create repositories with them. Attach it as an SCP, or put its statements into permissions boundaries. Null without `resource_tags`.",
		},
	}
}

// Set is an optional set of strings, which holds at least one when it is there: an empty one must not stand for any.
func Set(description string) schema.SetAttribute {
	return schema.SetAttribute{
		Optional: true, ElementType: types.StringType, MarkdownDescription: description,
		Validators: []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.NoNullValues()},
	}
}

// Scope reads which repositories are meant. known is false while some of it isn't known; that is left out.
func (a *Arguments) Scope() (scope pattern.RepositoryScope, known bool) {
	arns, all := fw.KnownStrings(a.RepositoryARNs)
	tags, allTags := a.tags()
	return pattern.RepositoryScope{RepositoryARNs: arns, ResourceTags: tags}, all && allTags && !a.Access.IsUnknown()
}

// tags are nil where there is no argument.
func (a *Arguments) tags() (tags map[string]string, known bool) {
	if a.ResourceTags.IsNull() || a.ResourceTags.IsUnknown() {
		return nil, a.ResourceTags.IsNull()
	}
	tags, known = map[string]string{}, true
	for key, value := range a.ResourceTags.Elements() {
		text, ok := value.(types.String)
		if !ok || text.IsUnknown() {
			known = false
			continue
		}
		tags[key] = text.ValueString()
	}
	if len(tags) == 0 && !known {
		return nil, false // an empty map would say that there are none
	}
	return tags, known
}

// ValidateAdmins finds what is wrong in tag_admin_principal_arns.
func (a *Arguments) ValidateAdmins() []pattern.Problem {
	guard, _ := a.guard()
	var problems []pattern.Problem
	for _, p := range pattern.ValidateTagGuard(guard) {
		if len(p.Path) > 0 && p.Path[0] == admins {
			problems = append(problems, p)
		}
	}
	return problems
}

func (a *Arguments) guard() (guard pattern.TagGuardInput, known bool) {
	tags, known := a.tags()
	principals, all := fw.KnownStrings(a.TagAdminPrincipalARNs)
	return pattern.TagGuardInput{ResourceTags: tags, AdminPrincipalARNs: principals}, known && all
}

// SetGuard writes the document that guards the tags, as far as it is known, and gives what its proof finds. The arguments
// must be valid.
func (a *Arguments) SetGuard(partition string) []pattern.Problem {
	guard, known := a.guard()
	switch {
	case !known:
		a.TagGuardPolicyJSON = types.StringUnknown()
	case guard.ResourceTags == nil:
		a.TagGuardPolicyJSON = types.StringNull()
	default:
		document := pattern.TagGuard(guard, partition)
		a.TagGuardPolicyJSON = types.StringValue(document.Canonical())
		return pattern.ProveTagGuard(guard, document, pattern.Site{Partition: partition})
	}
	return nil
}

// PlanPolicy gives the role's policy as far as it is known. arn is that of the role, if it is there. The arguments must be
// valid.
func (a *Arguments) PlanPolicy(ctx context.Context, provider *fw.ProviderData, arn types.String, partition string, diags *diag.Diagnostics) types.String {
	scope, known := a.Scope()
	if !known {
		return types.StringUnknown()
	}
	account, known := Account(ctx, provider, arn, diags)
	if !known && len(scope.RepositoryARNs) == 0 {
		return types.StringUnknown()
	}
	return types.StringValue(pattern.ScopedPolicy(a.Access.ValueString(), scope, pattern.Site{Partition: partition, AccountID: account}).Canonical())
}

// Recognize fills the arguments, after an import, with what builds the role's policy. Where nothing does they stay null.
func (a *Arguments) Recognize(document policy.Document, site pattern.Site) {
	access, scope, ok := pattern.RecognizeScope(document, site)
	if !ok {
		return
	}
	a.Access, a.RepositoryARNs = types.StringValue(access), fw.StringSet(scope.RepositoryARNs)
	if scope.ResourceTags != nil {
		tags := map[string]attr.Value{}
		for key, value := range scope.ResourceTags {
			tags[key] = types.StringValue(value)
		}
		a.ResourceTags = types.MapValueMust(types.StringType, tags)
	}
	a.SetGuard(site.Partition) // what is there is the next plan's to prove
}

// Account gives the role's account, for policies that name it: the caller's, else that of the ARN of a role which is
// there. It is "" under skip_requesting_account_id, where policies do without. known is false while STS is out of reach.
func Account(ctx context.Context, provider *fw.ProviderData, arn types.String, diags *diag.Diagnostics) (account string, known bool) {
	caller, err := provider.Clients.Identity(ctx)
	switch {
	case err == nil:
		return caller.AccountID, true
	case errors.Is(err, awsapi.ErrAccountUnknown):
		return "", true
	case !awsapi.IsUnreachable(err):
		diags.AddError("Asking STS for the account", err.Error())
		return "", false
	}
	account = awsapi.AccountOfARN(arn.ValueString())
	return account, account != ""
}
