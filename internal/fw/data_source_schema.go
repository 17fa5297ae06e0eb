// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package fw

import (
	"fmt"

	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	resource "github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

// DataSourceAttributes turns arguments of a resource into those of a data source, so that a document's data source takes
// what its resource takes, word for word. Plan modifiers and defaults have no meaning there and are left out.
func DataSourceAttributes(attributes map[string]resource.Attribute) map[string]datasource.Attribute {
	out := make(map[string]datasource.Attribute, len(attributes))
	for name, attribute := range attributes {
		out[name] = dataSourceAttribute(attribute)
	}
	return out
}

func dataSourceAttribute(attribute resource.Attribute) datasource.Attribute {
	switch a := attribute.(type) {
	case resource.StringAttribute:
		return datasource.StringAttribute{
			Required: a.Required, Optional: a.Optional, Computed: a.Computed,
			MarkdownDescription: a.MarkdownDescription, Validators: a.Validators,
		}
	case resource.BoolAttribute:
		return datasource.BoolAttribute{
			Required: a.Required, Optional: a.Optional, Computed: a.Computed,
			MarkdownDescription: a.MarkdownDescription, Validators: a.Validators,
		}
	case resource.SetAttribute:
		return datasource.SetAttribute{
			ElementType: a.ElementType, Required: a.Required, Optional: a.Optional, Computed: a.Computed,
			MarkdownDescription: a.MarkdownDescription, Validators: a.Validators,
		}
	case resource.SingleNestedAttribute:
		return datasource.SingleNestedAttribute{
			Attributes: DataSourceAttributes(a.Attributes), Required: a.Required, Optional: a.Optional, Computed: a.Computed,
			MarkdownDescription: a.MarkdownDescription, Validators: a.Validators,
		}
	case resource.ListNestedAttribute:
		return datasource.ListNestedAttribute{
			NestedObject: datasource.NestedAttributeObject{Attributes: DataSourceAttributes(a.NestedObject.Attributes)},
			Required:     a.Required, Optional: a.Optional, Computed: a.Computed,
			MarkdownDescription: a.MarkdownDescription, Validators: a.Validators,
		}
	case resource.MapNestedAttribute:
		return datasource.MapNestedAttribute{
			NestedObject: datasource.NestedAttributeObject{Attributes: DataSourceAttributes(a.NestedObject.Attributes)},
			Required:     a.Required, Optional: a.Optional, Computed: a.Computed,
			MarkdownDescription: a.MarkdownDescription, Validators: a.Validators,
		}
	default:
		panic(fmt.Sprintf("no data source form of %T", attribute)) // conformance_test.go reads every schema
	}
}
