// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package fw

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// maxTags is AWS's limit of tags on one object.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-using-tags.html
const maxTags = 50

// systemTagPrefix marks the tags that AWS writes itself. Nobody else can set or remove them.
const systemTagPrefix = "aws:"

// IgnoreTags is the provider's ignore_tags block: tags that other tools set and that this provider leaves alone.
type IgnoreTags struct {
	Keys, KeyPrefixes []string
}

// ignores reports whether a tag isn't this provider's business.
func (i IgnoreTags) ignores(key string) bool {
	return strings.HasPrefix(key, systemTagPrefix) || slices.Contains(i.Keys, key) ||
		slices.ContainsFunc(i.KeyPrefixes, func(prefix string) bool { return strings.HasPrefix(key, prefix) })
}

// TagsAttribute is the tags argument.
func TagsAttribute() schema.MapAttribute {
	return schema.MapAttribute{
		Optional: true, ElementType: types.StringType,
		Validators:          []validator.Map{mapvalidator.KeysAre(stringvalidator.LengthBetween(1, 128)), mapvalidator.ValueStringsAre(stringvalidator.LengthAtMost(256))},
		MarkdownDescription: "Tags of the object, such as `{ team = \"web\" }`. A tag with a key of the provider's `default_tags` replaces the default.",
	}
}

// TagsAllAttribute is the computed tags_all.
func TagsAllAttribute() schema.MapAttribute {
	return schema.MapAttribute{
		Computed: true, ElementType: types.StringType,
		MarkdownDescription: "All tags of the object, such as `{ owner = \"platform\", team = \"web\" }`: `tags` and the provider's `default_tags`.",
	}
}

// PlanTagsAll gives tags_all for the planned tags, unknown when a tag is. It refuses too many tags and AWS's own.
func PlanTagsAll(ctx context.Context, provider *ProviderData, tags types.Map, diags *diag.Diagnostics) types.Map {
	if tags.IsUnknown() || slices.ContainsFunc(slices.Collect(maps.Values(tags.Elements())), isUnknown) {
		return types.MapUnknown(types.StringType)
	}
	for _, key := range slices.Sorted(maps.Keys(tags.Elements())) {
		if tags.Elements()[key].IsNull() {
			diags.AddAttributeError(path.Root("tags").AtMapKey(key), "Tag without a value",
				fmt.Sprintf("The tag %q is null. Write \"\" for a tag with an empty value, or leave the key out.", key))
			return types.MapUnknown(types.StringType)
		}
	}
	own := stringMap(ctx, tags, diags)
	for _, key := range slices.Sorted(maps.Keys(own)) {
		if strings.HasPrefix(strings.ToLower(key), systemTagPrefix) {
			diags.AddAttributeError(path.Root("tags").AtMapKey(key), "Tag of AWS's own",
				fmt.Sprintf("The key %q begins with %q, which AWS keeps for itself. Choose another key.", key, systemTagPrefix))
		}
	}
	all := maps.Clone(provider.DefaultTags)
	if all == nil {
		all = map[string]string{}
	}
	maps.Copy(all, own)
	maps.DeleteFunc(all, func(key, _ string) bool { return provider.IgnoreTags.ignores(key) })
	if len(all) > maxTags {
		diags.AddAttributeError(path.Root("tags"), "Too many tags",
			fmt.Sprintf("An object can have %d tags, and this one would have %d with the provider's default_tags.", maxTags, len(all)))
	}
	return mapValue(all)
}

// ReadTags gives tags and tags_all of an object's live tags. prior is tags in the state: a default tag is shown in tags
// only if it stands there too, and an object without tags keeps null or an empty map, whichever it had.
func ReadTags(ctx context.Context, provider *ProviderData, prior types.Map, live map[string]string, diags *diag.Diagnostics) (tags, tagsAll types.Map) {
	all := maps.Clone(live)
	if all == nil {
		all = map[string]string{}
	}
	maps.DeleteFunc(all, func(key, _ string) bool { return provider.IgnoreTags.ignores(key) })
	own := maps.Clone(all)
	configured := stringMap(ctx, prior, diags)
	maps.DeleteFunc(own, func(key, value string) bool {
		_, here := configured[key]
		fallback, isDefault := provider.DefaultTags[key]
		return !here && isDefault && fallback == value
	})
	if len(own) == 0 && prior.IsNull() {
		return types.MapNull(types.StringType), mapValue(all)
	}
	return mapValue(own), mapValue(all)
}

// ChangedTags compares two tags_all: what to set, and which keys to remove.
func ChangedTags(ctx context.Context, from, to types.Map, diags *diag.Diagnostics) (set map[string]string, remove []string) {
	before, after := stringMap(ctx, from, diags), stringMap(ctx, to, diags)
	set = maps.Clone(after)
	maps.DeleteFunc(set, func(key, value string) bool {
		old, there := before[key]
		return there && old == value
	})
	for key := range before {
		if _, stays := after[key]; !stays {
			remove = append(remove, key)
		}
	}
	slices.Sort(remove)
	return set, remove
}

func stringMap(ctx context.Context, m types.Map, diags *diag.Diagnostics) map[string]string {
	out := map[string]string{}
	if !m.IsNull() && !m.IsUnknown() {
		diags.Append(m.ElementsAs(ctx, &out, false)...)
	}
	return out
}

func mapValue(m map[string]string) types.Map {
	return types.MapValueMust(types.StringType, attrValues(m))
}
