// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package policydocument is what every data source that computes a policy document has in common: the documents to merge
// with, and the results. The findings are also those of a document that is read.
package policydocument

import (
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// Model is embedded by the data source's model.
type Model struct {
	SourcePolicyDocuments   types.List   `tfsdk:"source_policy_documents"`
	OverridePolicyDocuments types.List   `tfsdk:"override_policy_documents"`
	JSON                    types.String `tfsdk:"json"`
	MinifiedJSON            types.String `tfsdk:"minified_json"`
	Size                    types.Int64  `tfsdk:"size"`
	Findings                types.List   `tfsdk:"findings"`
}

// Attributes adds the common attributes to a data source's own.
func Attributes(own map[string]schema.Attribute) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{
		"source_policy_documents": schema.ListAttribute{
			Optional: true, ElementType: types.StringType,
			Validators:          []validator.List{listvalidator.NoNullValues()},
			MarkdownDescription: "Policy documents as JSON to put before the computed statements, as in `aws_iam_policy_document`: `[data.aws_iam_policy_document.base.json]`. No Sid may stand twice.",
		},
		"override_policy_documents": schema.ListAttribute{
			Optional: true, ElementType: types.StringType,
			Validators:          []validator.List{listvalidator.NoNullValues()},
			MarkdownDescription: "Policy documents as JSON whose statements replace those with the same Sid and follow the others, as in `aws_iam_policy_document`: `[data.aws_iam_policy_document.exceptions.json]`.",
		},
		"json": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "The document, indented. Equal arguments give equal bytes, whatever their order: `{ \"Version\": \"2012-10-17\", … }`.",
		},
		"minified_json": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "The document without white space, as it counts against the limit: `{\"Version\":\"2012-10-17\",…}`.",
		},
		"size": schema.Int64Attribute{
			Computed:            true,
			MarkdownDescription: "Characters of the document as AWS counts them, such as `512`.",
		},
		"findings": FindingsAttribute(),
	}
	maps.Copy(attributes, own)
	return attributes
}

// FindingsAttribute is the computed findings.
func FindingsAttribute() schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		Computed:            true,
		MarkdownDescription: "What is wrong or unusual in the document, as the function `policy_findings` says it.",
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"severity": computed("`error`, `warning` or `info`."),
			"code":     computed("Stable code, such as `PUBLIC_ACCESS`."),
			"message":  computed("What is wrong and what to write instead, such as `The statement is open to everybody. …`."),
			"path":     computed("Where it is, such as `Statement[0].Principal`."),
		}},
	}
}

// Set merges the computed document with the given ones and fills the results. Documents that can't be merged are errors
// on their attribute.
func (m *Model) Set(computed policy.Document, kind policy.Kind, diags *diag.Diagnostics) {
	sources := m.documents("source_policy_documents", m.SourcePolicyDocuments, diags)
	overrides := m.documents("override_policy_documents", m.OverridePolicyDocuments, diags)
	if diags.HasError() {
		return
	}
	document, err := policy.Merge(append(sources, computed), overrides)
	if err != nil {
		diags.AddAttributeError(path.Root("source_policy_documents"), "Documents can't be merged", err.Error())
		return
	}
	m.JSON = types.StringValue(document.Pretty())
	m.MinifiedJSON = types.StringValue(document.Canonical())
	m.Size = types.Int64Value(int64(policy.Size(document, kind)))
	m.Findings = Findings(policy.Findings(document, kind))
}

func (m *Model) documents(attribute string, list types.List, diags *diag.Diagnostics) []policy.Document {
	var documents []policy.Document
	for i, element := range list.Elements() {
		text, ok := element.(types.String)
		if !ok {
			continue
		}
		document, err := policy.Parse(text.ValueString())
		if err != nil {
			diags.AddAttributeError(path.Root(attribute).AtListIndex(i), "Invalid policy document", fmt.Sprintf("This isn't a policy document: %s.", err))
			continue
		}
		documents = append(documents, document)
	}
	return documents
}

// Findings gives the value of the attribute.
func Findings(found []policy.Finding) types.List {
	kinds := map[string]attr.Type{"severity": types.StringType, "code": types.StringType, "message": types.StringType, "path": types.StringType}
	values := make([]attr.Value, len(found))
	for i, f := range found {
		values[i] = types.ObjectValueMust(kinds, map[string]attr.Value{
			"severity": types.StringValue(string(f.Severity)), "code": types.StringValue(f.Code),
			"message": types.StringValue(f.Message), "path": types.StringValue(f.Path),
		})
	}
	return types.ListValueMust(types.ObjectType{AttrTypes: kinds}, values)
}

func computed(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}
