// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package role

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// Kind is what the role of one resource is, beside what the arguments say.
type Kind struct {
	// Type is the resource's type, and BeforeName what stands before the role's name in the id of its import.
	Type, BeforeName string
	// Object names it in errors: "App Runner access role".
	Object string
	// InlineName is the name of its one inline policy.
	InlineName string
	// DefaultPath is where a new role stands.
	DefaultPath string
	// At is where the resource's arguments about the role stand, if it isn't the root.
	At path.Path
	// Managed are ARNs of the managed policies that it may attach, of whichever partition: what an imported role has beside
	// them is others'.
	Managed []string
}

// Plan gives what the plan can know of a role. config and state are the role's part of the configuration and of the state,
// which is nil for a new role.
func (k Kind) Plan(ctx context.Context, provider *fw.ProviderData, plan, config, state *Model, wanted Wanted, diags *diag.Diagnostics) {
	prior := (*Settings)(nil)
	if state != nil {
		prior = &state.Settings
	}
	plan.PlanSettings(&config.Settings, prior, k.DefaultPath)
	plan.TagsAll = fw.PlanTagsAll(ctx, provider, plan.Tags, diags)
	plan.planNames(ctx, provider, config, state, diags)
	plan.TrustPolicyJSON, plan.PolicyJSON, plan.ManagedPolicyARNs = types.StringUnknown(), types.StringUnknown(), types.SetUnknown(types.StringType)
	plan.Proof = types.ListUnknown(types.StringType)
	if !wanted.Known {
		plan.setPart(wanted)
		return
	}
	plan.setWanted(wanted, k)
	if state != nil {
		plan.TrustPolicyJSON, plan.PolicyJSON = Kept(state.TrustPolicyJSON, plan.TrustPolicyJSON), Kept(state.PolicyJSON, plan.PolicyJSON)
		plan.Proof = KeptProof(state.Proof, plan.Proof, plan.sameDocuments(state))
	}
	ReportAt(diags, k.At, pattern.ValidateRoleDocuments(wanted.Role))
}

// setPart writes the documents that are known while not all of the role is.
func (m *Model) setPart(wanted Wanted) {
	if !wanted.Trust.IsNull() {
		m.TrustPolicyJSON = wanted.Trust
	}
	if !wanted.Policy.IsNull() {
		m.PolicyJSON = wanted.Policy
	}
}

// Resolve writes into a plan what it couldn't know. It is an error, which keeps the role from being written, when that isn't
// known even now.
func (k Kind) Resolve(plan *Model, wanted Wanted, diags *diag.Diagnostics) {
	switch {
	case diags.HasError():
	case !wanted.Known:
		diags.AddError("Role that isn't known", "The arguments of the "+k.Object+" aren't known at apply. Report this as a bug of the provider.")
	case plan.TrustPolicyJSON.IsUnknown() || plan.PolicyJSON.IsUnknown() || plan.ManagedPolicyARNs.IsUnknown() || plan.Proof.IsUnknown():
		plan.setWanted(wanted, k)
		ReportAt(diags, k.At, pattern.ValidateRoleDocuments(wanted.Role))
	}
}

// Report turns problems into diagnostics on the arguments at fault.
func Report(diags *diag.Diagnostics, problems []pattern.Problem) {
	ReportAt(diags, path.Empty(), problems)
}

// ReportAt is Report for arguments that stand below a place of the schema.
func ReportAt(diags *diag.Diagnostics, place path.Path, problems []pattern.Problem) {
	for _, p := range problems {
		at := fw.At(place, p.Path)
		if len(at.Steps()) == 0 {
			at = path.Root("policy_json")
		}
		if p.Severity == policy.SeverityError {
			diags.AddAttributeError(at, p.Summary, p.Detail)
		} else {
			diags.AddAttributeWarning(at, p.Summary, p.Detail)
		}
	}
}

// planNames gives the name, and what follows from it and the account.
func (m *Model) planNames(ctx context.Context, provider *fw.ProviderData, config, state *Model, diags *diag.Diagnostics) {
	same := state != nil && (config.Name.IsNull() || config.Name.Equal(state.Name)) && m.Path.Equal(state.Path) &&
		(m.NamePrefix.IsNull() || madeFrom(state.Name, m.NamePrefix))
	if same {
		m.Name, m.ARN, m.UniqueID, m.UserIDPattern = state.Name, state.ARN, state.UniqueID, state.UserIDPattern
		return
	}
	if config.Name.IsNull() {
		m.Name = types.StringUnknown()
	}
	m.ARN, m.UniqueID, m.UserIDPattern = types.StringUnknown(), types.StringUnknown(), types.StringUnknown()
	caller, known := fw.Account(ctx, provider, diags)
	if known && !m.Name.IsUnknown() && !m.Path.IsUnknown() {
		m.ARN = types.StringValue("arn:" + caller.Partition + ":iam::" + caller.AccountID + ":role" + m.Path.ValueString() + m.Name.ValueString())
	}
}

// setWanted writes the documents that the resource wants, and what is proven of them.
func (m *Model) setWanted(wanted Wanted, k Kind) {
	m.TrustPolicyJSON = types.StringValue(wanted.Role.Trust.Canonical())
	m.PolicyJSON = types.StringNull()
	if inline, has := wanted.Role.Inline[k.InlineName]; has {
		m.PolicyJSON = types.StringValue(inline.Canonical())
	}
	m.Proof = fw.StringList(wanted.Proof)
	m.ManagedPolicyARNs = fw.StringSet(wanted.Role.Managed)
	if len(wanted.Role.Managed) == 0 {
		m.ManagedPolicyARNs = types.SetValueMust(types.StringType, nil)
	}
}

// Partition is that of the provider's Region, which roles are made in.
func Partition(provider *fw.ProviderData, diags *diag.Diagnostics) string {
	region := provider.Clients.Region()
	partition, known := awsapi.PartitionOf(region)
	switch {
	case region == "":
		fw.NoRegion(diags)
	case !known:
		diags.AddError("Region of an unknown partition", "The ARNs in the policies need the partition of the provider's Region \""+region+"\", which this version of the provider doesn't know. Use a newer version.")
	}
	return partition
}

// contents are the policies of the role that this resource owns.
func (m *Model) contents(k Kind) awsapi.RoleContents {
	managed, _ := fw.KnownStrings(m.ManagedPolicyARNs)
	return awsapi.RoleContents{Managed: managed, Inline: []string{k.InlineName}}
}

func (m *Model) inline(k Kind) map[string]string {
	if m.PolicyJSON.IsNull() {
		return nil
	}
	return map[string]string{k.InlineName: m.PolicyJSON.ValueString()}
}

// Identity of the role, with the account from its ARN.
func (m *Model) Identity() Identity {
	return Identity{AccountID: types.StringValue(awsapi.AccountOfARN(m.ARN.ValueString())), Name: m.Name}
}

// set takes over what is live. Policies of others in the role are left out.
func (m *Model) set(ctx context.Context, provider *fw.ProviderData, live awsapi.Role, k Kind, diags *diag.Diagnostics) {
	m.ARN, m.Name, m.Path = types.StringValue(live.ARN), types.StringValue(live.Name), types.StringValue(live.Path)
	m.UniqueID, m.UserIDPattern = types.StringValue(live.UniqueID), types.StringValue(live.UniqueID+":*")
	m.Description = types.StringValue(live.Description)
	m.MaxSessionDuration = types.Int64Value(int64(live.MaxSessionDuration))
	m.PermissionsBoundary = fw.OptionalString(live.PermissionsBoundary)
	m.TrustPolicyJSON = LiveDocument(m.TrustPolicyJSON, live.TrustPolicy, "the role "+live.Name, diags)
	if text, has := live.Inline[k.InlineName]; has {
		m.PolicyJSON = LiveDocument(m.PolicyJSON, text, "the role "+live.Name, diags)
	} else {
		m.PolicyJSON = types.StringNull()
	}
	own, _ := fw.KnownStrings(m.ManagedPolicyARNs)
	if m.ManagedPolicyARNs.IsNull() {
		own = k.attachable(live.Managed) // an import
	}
	own = slices.DeleteFunc(slices.Clone(own), func(arn string) bool { return !slices.Contains(live.Managed, arn) })
	m.ManagedPolicyARNs = fw.StringSet(own)
	if len(own) == 0 {
		m.ManagedPolicyARNs = types.SetValueMust(types.StringType, nil)
	}
	m.Tags, m.TagsAll = fw.ReadTags(ctx, provider, m.Tags, maps.Clone(live.Tags), diags)
}

// attachable gives those of the managed policies that the resource could have attached itself.
func (k Kind) attachable(arns []string) (own []string) {
	for _, arn := range arns {
		if slices.ContainsFunc(k.Managed, func(known string) bool { return beyondPartition(known) == beyondPartition(arn) }) {
			own = append(own, arn)
		}
	}
	return own
}

func beyondPartition(arn string) string {
	_, rest, _ := strings.Cut(arn, ":iam:")
	return rest
}

// Kept is the state's text of a policy for as long as the planned one means the same.
func Kept(state, planned types.String) types.String {
	if same, err := policy.EqualText(state.ValueString(), planned.ValueString()); err == nil && same && !state.IsNull() && !planned.IsNull() {
		return state
	}
	return planned
}

// LiveDocument keeps the text of the state as long as what is live means the same. of is whose policy it is, for a warning.
func LiveDocument(state types.String, live, of string, diags *diag.Diagnostics) types.String {
	d, err := policy.Parse(live)
	if err != nil {
		diags.AddWarning("Policy that can't be read", "IAM gives back a policy of "+of+" that this version of the provider doesn't understand: "+err.Error())
		return types.StringValue(live)
	}
	return Kept(state, types.StringValue(d.Canonical()))
}
