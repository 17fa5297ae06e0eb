// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Server serves a provider, and places its diagnostics: each names its argument, and Terraform shows the line.
//
// Terraform 1.11 shows the line of an argument, of an element of a list or a map directly in it, and of what is in a block.
// For a path that leads further down it shows the first line of the resource alone. So a diagnostic about
// grants["Dev"].accounts points at grants["Dev"], and its text begins with the whole path.
func Server(build func() provider.Provider) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer { return &server{providerserver.NewProtocol6(build())()} }
}

type server struct {
	tfprotov6.ProviderServer
}

// timeoutsBlock is the one block of resources and data sources; in the provider block all that is nested is one.
const timeoutsBlock = "timeouts"

// ValidateProviderConfig implements tfprotov6.ProviderServer.
func (s *server) ValidateProviderConfig(ctx context.Context, req *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	resp, err := s.ProviderServer.ValidateProviderConfig(ctx, req)
	if resp != nil {
		name(resp.Diagnostics)
	}
	return resp, err
}

// ConfigureProvider implements tfprotov6.ProviderServer.
func (s *server) ConfigureProvider(ctx context.Context, req *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	resp, err := s.ProviderServer.ConfigureProvider(ctx, req)
	if resp != nil {
		name(resp.Diagnostics)
	}
	return resp, err
}

// ValidateResourceConfig implements tfprotov6.ResourceServer.
func (s *server) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	resp, err := s.ProviderServer.ValidateResourceConfig(ctx, req)
	if resp != nil {
		resp.Diagnostics = settled(resp.Diagnostics)
		place(resp.Diagnostics)
	}
	return resp, err
}

// PlanResourceChange implements tfprotov6.ResourceServer.
func (s *server) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	resp, err := s.ProviderServer.PlanResourceChange(ctx, req)
	if resp != nil {
		place(resp.Diagnostics)
	}
	return resp, err
}

// ApplyResourceChange implements tfprotov6.ResourceServer.
func (s *server) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	resp, err := s.ProviderServer.ApplyResourceChange(ctx, req)
	if resp != nil {
		place(resp.Diagnostics)
	}
	return resp, err
}

// ReadResource implements tfprotov6.ResourceServer.
func (s *server) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	resp, err := s.ProviderServer.ReadResource(ctx, req)
	if resp != nil {
		place(resp.Diagnostics)
	}
	return resp, err
}

// ValidateDataResourceConfig implements tfprotov6.DataSourceServer.
func (s *server) ValidateDataResourceConfig(ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	resp, err := s.ProviderServer.ValidateDataResourceConfig(ctx, req)
	if resp != nil {
		resp.Diagnostics = settled(resp.Diagnostics)
		place(resp.Diagnostics)
	}
	return resp, err
}

// ReadDataSource implements tfprotov6.DataSourceServer.
func (s *server) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	resp, err := s.ProviderServer.ReadDataSource(ctx, req)
	if resp != nil {
		place(resp.Diagnostics)
	}
	return resp, err
}

// ofOneValue are the headlines of what the framework and its validators find in a single value.
// https://pkg.go.dev/github.com/hashicorp/terraform-plugin-framework-validators/helpers/validatordiag
func ofOneValue() []string {
	return []string{
		"Invalid Attribute Combination", "Invalid Attribute Value", "Invalid Attribute Value Length", "Invalid Attribute Value Match",
		"Missing Configuration for Required Attribute", "Null List Value", "Null Map Value", "Null Set Value",
	}
}

// settled leaves what is wrong in single values, as long as there is such: the framework judges the rules between arguments in the
// same call, and what they say then mostly follows from the values. Of one value, and what is in it, the first error is enough.
func settled(diagnostics []*tfprotov6.Diagnostic) []*tfprotov6.Diagnostic {
	single := func(d *tfprotov6.Diagnostic) bool {
		return d.Severity == tfprotov6.DiagnosticSeverityError && slices.Contains(ofOneValue(), d.Summary)
	}
	if !slices.ContainsFunc(diagnostics, single) {
		return diagnostics
	}
	var left, values []*tfprotov6.Diagnostic
	for _, d := range diagnostics {
		switch {
		case d.Severity != tfprotov6.DiagnosticSeverityError:
			left = append(left, d)
		case single(d):
			values = append(values, d)
		}
	}
	for i, d := range values {
		covered := false
		for j, other := range values {
			covered = covered || j != i && within(d.Attribute, other.Attribute) && (j < i || !within(other.Attribute, d.Attribute))
		}
		if !covered {
			left = append(left, d)
		}
	}
	return left
}

// within reports whether a path is another, or leads into it.
func within(path, other *tftypes.AttributePath) bool {
	steps, outer := path.Steps(), other.Steps()
	return len(steps) >= len(outer) && tftypes.NewAttributePathWithSteps(steps[:len(outer)]).Equal(other)
}

// place names the arguments of diagnostics, and cuts their paths to what Terraform shows a line of.
func place(diagnostics []*tfprotov6.Diagnostic) {
	name(diagnostics)
	for _, d := range diagnostics {
		d.Attribute = shown(d.Attribute)
	}
}

// name begins the text of each diagnostic with its argument, unless the text has it already.
func name(diagnostics []*tfprotov6.Diagnostic) {
	for _, d := range diagnostics {
		argument := argumentOf(d.Attribute)
		if argument != "" && !mentions(d.Summary+"\n"+d.Detail, argument) {
			d.Detail = argument + ": " + d.Detail
		}
	}
}

// shown gives the part of a path of a resource or a data source that Terraform finds in its files.
func shown(path *tftypes.AttributePath) *tftypes.AttributePath {
	steps := path.Steps()
	if len(steps) < 2 || steps[0] == tftypes.AttributeName(timeoutsBlock) {
		return path
	}
	switch steps[1].(type) {
	case tftypes.ElementKeyInt, tftypes.ElementKeyString:
		return tftypes.NewAttributePathWithSteps(steps[:2])
	default:
		return tftypes.NewAttributePathWithSteps(steps[:1])
	}
}

// argumentOf writes a path as a configuration does: grants["Dev"].accounts. An element of a set has no name.
func argumentOf(path *tftypes.AttributePath) string {
	var b strings.Builder
	for _, step := range path.Steps() {
		switch step := step.(type) {
		case tftypes.AttributeName:
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(string(step))
		case tftypes.ElementKeyString:
			b.WriteString("[" + strconv.Quote(string(step)) + "]")
		case tftypes.ElementKeyInt:
			b.WriteString("[" + strconv.FormatInt(int64(step), 10) + "]")
		}
	}
	return b.String()
}

// mentions reports whether a text has an argument as a word of its own.
func mentions(text, argument string) bool {
	return regexp.MustCompile(`(^|[^\w.])` + regexp.QuoteMeta(argument) + `($|\W)`).MatchString(text)
}
