// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// tagText is what the tags of ECR repositories are made of (Amazon ECR User Guide, ecr-using-tags).
var tagText = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)

// ValidateRoleDocuments finds what IAM would refuse in a role's documents as they are written: characters beyond U+00FF and
// too many characters (IAM User Guide, reference_iam-quotas). The problems have no path.
func ValidateRoleDocuments(r Role) []Problem {
	var v roleValidator
	documents := map[string]policy.Document{"trust policy": r.Trust}
	for name, d := range r.Inline {
		documents["inline policy "+name] = d
	}
	for _, name := range slices.Sorted(maps.Keys(documents)) {
		if c := notLatin.FindString(documents[name].Canonical()); c != "" {
			v.error("", "Character that IAM refuses", "The %s holds %q, and IAM's policies take only characters up to U+00FF. Replace it, or name the resource with a wildcard there.", name, c)
		}
	}
	if problem, ok := CheckRoleSize(r); !ok {
		v.problems = append(v.problems, problem)
	}
	return v.problems
}

// roleValidator collects problems.
type roleValidator struct {
	// partition is where the role is; "" while it isn't known.
	partition string
	// names are those of arguments where they aren't the usual ones, "" where there is no such argument.
	names    map[string]string
	problems []Problem
}

// name is what the schema calls an argument.
func (v *roleValidator) name(argument string) string {
	if other, named := v.names[argument]; named {
		return other
	}
	return argument
}

func (v *roleValidator) error(argument, summary, format string, args ...any) {
	v.add(policy.SeverityError, argument, summary, format, args...)
}

func (v *roleValidator) warn(argument, summary, format string, args ...any) {
	v.add(policy.SeverityWarning, argument, summary, format, args...)
}

func (v *roleValidator) add(severity policy.Severity, argument, summary, format string, args ...any) {
	var path []string
	if name := v.name(argument); name != "" {
		path = strings.Split(name, ".")
	}
	v.problems = append(v.problems, Problem{path, severity, summary, fmt.Sprintf(format, args...)})
}

// scope looks at what a role may do with which repositories.
func (v *roleValidator) scope(access string, scope RepositoryScope, incomplete bool) {
	if _, known := AccessActions(access); access != "" && !known {
		v.error("access", "Unknown access", "%q is not an access. Write one of %s.", access, quoted(AccessNames()))
	}
	if scope.ResourceTags != nil {
		v.tags(scope.ResourceTags)
	}
	v.repositories(scope.RepositoryARNs)
	if len(scope.RepositoryARNs) == 0 && scope.ResourceTags == nil && !incomplete {
		v.error("repository_arns", "Role without repositories", "Say which repositories the role is for: set resource_tags, repository_arns, or both.")
	}
}

// tags looks at the tags that repositories must have.
func (v *roleValidator) tags(tags map[string]string) {
	if len(tags) == 0 {
		v.error("resource_tags", "No tags", "Without a tag every repository would be meant. Write at least one, such as { environment = \"release\" }.")
	}
	folded := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		value := tags[key]
		switch name := strings.ToLower(key); {
		case key == "":
			v.error("resource_tags", "Tag without a key", "A tag needs a key. Write it as in { environment = \"release\" }.")
		case folded[name] != "":
			v.error("resource_tags", "Tag keys that differ in letter case alone", "IAM takes %q and %q for one condition key, so both could not be asked for. Remove one.", folded[name], key)
		case value == "":
			v.error("resource_tags", "Tag without a value", "The tag %q has no value, and IAM has no way to ask for an empty one with certainty. Give the repositories a value, such as \"yes\".", key)
		}
		folded[strings.ToLower(key)] = key
		for _, text := range []string{key, value} {
			switch c := notLatin.FindString(text); {
			case c != "":
				v.error("resource_tags", "Character that IAM refuses", "%q holds %q, and IAM's policies take only characters up to U+00FF. Use a tag in Latin letters.", text, c)
			case !tagText.MatchString(text):
				v.error("resource_tags", "Invalid tag", "%q can't be in a repository's tag, which is made of letters, digits, spaces and characters of _.:/=+-@.", text)
			}
		}
	}
}

// repositories looks at the ARNs of repositories.
func (v *roleValidator) repositories(arns []string) {
	const argument = "repository_arns"
	for _, text := range arns {
		parsed, err := parseARN(text)
		name, found := strings.CutPrefix(parsed.Resource, "repository/")
		switch {
		case err != nil || parsed.Service != "ecr" || !found || name == "":
			v.error(argument, "Invalid repository ARN", "%q is not the ARN of an ECR repository. Write it as in \"arn:aws:ecr:eu-west-1:111111111111:repository/team/app\"; the name may hold wildcards.", text)
		case strings.ContainsAny(parsed.AccountID, "*?"):
			v.error(argument, "Wildcard in the account of a repository", "%q would name repositories of accounts that nobody chose. Write the 12 digits of the account.", text)
		case ValidateAccountID(parsed.AccountID) != nil:
			v.error(argument, "Invalid repository ARN", "%q has no account id of 12 digits. Write it as in \"arn:aws:ecr:eu-west-1:111111111111:repository/team/app\".", text)
		case v.partition != "" && parsed.Partition != v.partition:
			v.error(argument, "Repository of another partition", "%q is in the partition %q, and the role is in %q: it can never reach it. Write the ARN of a repository in %q.", text, parsed.Partition, v.partition, v.partition)
		case strings.ContainsAny(text, "$") || notLatin.MatchString(text):
			v.error(argument, "Invalid repository ARN", "%q can't be the ARN of a repository, whose name is made of lower-case letters, digits and characters of ._-/.", text)
		}
	}
}
