// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package statements

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// Codes of findings that are more than a message here: a statement that everybody may use, and one that is too long, which
// ReviewSize reports for the whole policy.
const (
	publicAccess = "PUBLIC_ACCESS"
	tooLong      = "POLICY_SIZE_EXCEEDS_QUOTA"
)

// Public says what to do about statements that are open to everybody.
type Public struct {
	// Allowed makes a warning of it. Reported says that the access engine has told already.
	Allowed, Reported bool
}

// Review reports what policy.Findings says of own statements, on the attribute that they come from.
func Review(statements []policy.Statement, public Public, at path.Path, diags *diag.Diagnostics) {
	for _, finding := range policy.Findings(policy.New(statements...), policy.KindRepository) {
		summary := "Finding " + finding.Code
		message := finding.Message
		switch {
		case finding.Severity == policy.SeverityInfo, finding.Code == tooLong, finding.Code == publicAccess && public.Reported:
		case finding.Code == publicAccess && public.Allowed, finding.Severity == policy.SeverityWarning:
			diags.AddAttributeWarning(at, summary, message)
		case finding.Code == publicAccess:
			diags.AddAttributeError(at, summary, message+" Set allow_public = true if everybody is whom you mean.")
		default:
			diags.AddAttributeError(at, summary, message)
		}
	}
}

// ExpectKnown reports a policy that is still unknown when it is to be written: then the Region is in no partition that is
// known, and the statements would be left out.
func ExpectKnown(policyJSON, region types.String, diags *diag.Diagnostics) {
	if policyJSON.IsUnknown() && !diags.HasError() {
		diags.AddAttributeError(path.Root("region"), "Region of an unknown partition",
			"The ARNs in the policy need the partition of the Region \""+region.ValueString()+"\", which this version of the provider doesn't know. Use a newer version.")
	}
}

// ReviewSize reports a policy that would be longer than ECR takes with the statements of others in it.
func ReviewSize(own, others []policy.Statement, at path.Path, diags *diag.Diagnostics) {
	if problem, ok := pattern.CheckRepositoryPolicySize(policy.New(slices.Concat(others, own)...)); !ok {
		diags.AddAttributeError(at, problem.Summary, problem.Detail)
	}
}

// ReviewUnmanaged does at plan what on_unmanaged_statements asks for about the statements of others. hint is a sentence more about
// them.
func ReviewUnmanaged(onUnmanaged string, foreign []policy.Statement, hint string, diags *diag.Diagnostics) {
	if len(foreign) == 0 {
		return
	}
	names := make([]string, len(foreign))
	for i, s := range foreign {
		if names[i] = s.Sid; s.Sid == "" {
			names[i] = "one without a Sid"
		}
	}
	at := path.Root("on_unmanaged_statements")
	list := fmt.Sprintf("The repository policy has statements that this resource doesn't own: %s.", strings.Join(names, ", "))
	switch onUnmanaged {
	case Warn:
		diags.AddAttributeWarning(at, "Unmanaged statements", list+" They stay. Set on_unmanaged_statements = \"keep\" to silence this, or \"remove\" to delete them."+hint)
	case Error:
		diags.AddAttributeError(at, "Unmanaged statements", list+" Remove them, or set on_unmanaged_statements to \"keep\" or \"remove\". "+
			"Terraform plans before it destroys, too: `terraform destroy -refresh=false` goes on."+hint)
	case Remove:
		diags.AddAttributeWarning(at, "Unmanaged statements will be removed", list+" The apply deletes them."+hint)
	}
}

// Foreign reads unmanaged_statements of a state back.
func Foreign(unmanaged types.List) []policy.Statement {
	var foreign []policy.Statement
	for _, element := range unmanaged.Elements() {
		object, ok := element.(types.Object)
		if !ok {
			continue
		}
		text, ok := object.Attributes()["statement_json"].(types.String)
		if !ok {
			continue
		}
		foreign = append(foreign, FromState(text)...)
	}
	return foreign
}

// FromState reads a statement that a state holds as JSON; none when there is none, or it isn't known.
func FromState(text types.String) []policy.Statement {
	document, err := policy.Parse(`{"Version":"` + policy.Version2012 + `","Statement":` + text.ValueString() + `}`)
	if err != nil {
		return nil
	}
	return document.Statements
}

// Superseded gives the statements that will stand beside a resource's own: those that were there at the last read, and in their
// place, where they have the same Sid, those that other resources of this plan announced.
func Superseded(foreign, announced []policy.Statement) []policy.Statement {
	sids := sidsOf(announced)
	return append(slices.DeleteFunc(slices.Clone(foreign), func(s policy.Statement) bool { return s.Sid != "" && slices.Contains(sids, s.Sid) }), announced...)
}
