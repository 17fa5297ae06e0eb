// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package role

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
)

const (
	defaultSession       = 3600 // IAM's own
	defaultSettleSeconds = 10
)

// Settings are the arguments of a role that say neither who may assume it nor what it may do.
type Settings struct {
	Description         types.String   `tfsdk:"description"`
	ForceDetachPolicies types.Bool     `tfsdk:"force_detach_policies"`
	MaxSessionDuration  types.Int64    `tfsdk:"max_session_duration"`
	Path                types.String   `tfsdk:"path"`
	PermissionsBoundary types.String   `tfsdk:"permissions_boundary"`
	SettleSeconds       types.Int64    `tfsdk:"settle_seconds"`
	Tags                types.Map      `tfsdk:"tags"`
	TagsAll             types.Map      `tfsdk:"tags_all"`
	Timeouts            timeouts.Value `tfsdk:"timeouts"`
}

// The forms that IAM takes (IAM API Reference, CreateRole). The length of a path has a validator of its own.
var (
	rolePath    = regexp.MustCompile(`^/([!-.0-~]+/)*$`)
	policyARN   = regexp.MustCompile(`^arn:aws[a-z-]*:iam::(aws|\d{12}):policy/[\w+=,.@/-]+$`)
	description = regexp.MustCompile(`^[\t\n\r\x20-\x7e\xa1-\xff]*$`)
)

// SettingsAttributes are the arguments of Settings but for the timeouts. defaultPath is where a new role stands without a
// path of its own, of is how descriptions call it: "the role" or "each role".
func SettingsAttributes(defaultPath, of string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"path": schema.StringAttribute{
			Optional: true, Computed: true,
			PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown(), stringplanmodifier.RequiresReplace()},
			MarkdownDescription: "Path of " + of + ", such as `/team/`. A new role has `" + defaultPath + "` without it. A change replaces " + of + ".",
			Validators: []validator.String{
				stringvalidator.LengthBetween(1, 512),
				stringvalidator.RegexMatches(rolePath, "must begin and end with a slash, such as \"/team/\""),
			},
		},
		"description": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Description of " + of + ", such as `Of the web service`. IAM takes Latin characters alone.",
			Validators: []validator.String{
				stringvalidator.LengthAtMost(1000),
				stringvalidator.RegexMatches(description, "must be of Latin characters (up to U+00FF), which is all that IAM takes"),
			},
		},
		"max_session_duration": schema.Int64Attribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Longest session of " + of + " in seconds, such as `3600` (the default of a new role), at most `43200`.",
			Validators:          []validator.Int64{int64validator.Between(3600, 43200)},
		},
		"permissions_boundary": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "ARN of the managed policy that limits " + of + ", such as `arn:aws:iam::111111111111:policy/boundary`.",
			Validators: []validator.String{
				stringvalidator.RegexMatches(policyARN, "must be the ARN of a managed policy, such as \"arn:aws:iam::111111111111:policy/boundary\""),
			},
		},
		"force_detach_policies": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(false),
			MarkdownDescription: "Whether a destroy removes the policies that others attached to " + of + " too, such as `false` (the default): then such a role isn't destroyed.",
		},
		"settle_seconds": SettleSecondsAttribute(),
		"tags":           fw.TagsAttribute(),
		"tags_all":       fw.TagsAllAttribute(),
	}
}

// SettleSecondsAttribute is the argument settle_seconds.
func SettleSecondsAttribute() schema.Int64Attribute {
	return schema.Int64Attribute{
		Optional: true, Computed: true, Default: int64default.StaticInt64(defaultSettleSeconds),
		MarkdownDescription: "Seconds to wait after IAM gives back what was written, such as `10` (the default), so that other services know it too. IAM is eventually consistent.",
		Validators:          []validator.Int64{int64validator.Between(0, 300)},
	}
}

// PlanSettings resolves the settings that the configuration leaves out: a new role gets the default, an existing one, which has a
// prior, keeps what it has.
func (s *Settings) PlanSettings(config, prior *Settings, defaultPath string) {
	if prior == nil {
		prior = &Settings{Path: types.StringValue(defaultPath), Description: types.StringValue(""), MaxSessionDuration: types.Int64Value(defaultSession)}
	}
	if config.Path.IsNull() {
		s.Path = prior.Path
	}
	if config.Description.IsNull() {
		s.Description = prior.Description
	}
	if config.MaxSessionDuration.IsNull() {
		s.MaxSessionDuration = prior.MaxSessionDuration
	}
}

// ImportDefaults are the arguments that an import can't read, by their names.
func ImportDefaults() map[string]any {
	return map[string]any{"force_detach_policies": false, "settle_seconds": int64(defaultSettleSeconds)}
}
