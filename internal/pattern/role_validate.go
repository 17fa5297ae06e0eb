// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// RoleSettings are what every role has beside its policies. Zero values are arguments that aren't set or aren't known yet.
type RoleSettings struct {
	Name, NamePrefix, Path, Description string
	// PermissionsBoundary is the ARN of a managed policy.
	PermissionsBoundary string
	// MaxSessionDuration is in seconds.
	MaxSessionDuration int64
}

// The bounds of IAM (IAM API Reference, CreateRole; IAM User Guide, reference_iam-quotas). A prefix leaves room for the 26
// characters that make the name unique.
const (
	maxRoleName            = 64
	maxRoleNamePrefix      = 38
	maxRolePath            = 512
	maxRoleDescription     = 1000
	minSession, maxSession = 3600, 43200
)

var (
	roleName = regexp.MustCompile(`^[\w+=,.@-]+$`)
	rolePath = regexp.MustCompile(`^/([\x21-\x7e]*/)?$`)
	// roleDescription are the characters of Latin-1 but for its controls.
	roleDescription = regexp.MustCompile(`^[\x09\x0A\x0D\x20-\x7E\x{A1}-\x{FF}]*$`)
	// tagText is what the tags of ECR repositories are made of (Amazon ECR User Guide, ecr-using-tags).
	tagText = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)
)

// ValidateRoleSettings finds what is wrong in a role's own arguments. Each problem's path is one of "name", "name_prefix",
// "path", "description", "permissions_boundary" and "max_session_duration".
func ValidateRoleSettings(r RoleSettings) []Problem {
	var v roleValidator
	v.roleName("name", r.Name, maxRoleName)
	v.roleName("name_prefix", r.NamePrefix, maxRoleNamePrefix)
	switch {
	case r.Path == "":
	case !rolePath.MatchString(r.Path):
		v.error("path", "Invalid path", "%q is not the path of a role. Write it with a slash at both ends and without spaces, as in \"/service-role/\".", r.Path)
	case len(r.Path) > maxRolePath:
		v.error("path", "Path too long", "The path has %d characters, and IAM takes %d. Write a shorter one.", len(r.Path), maxRolePath)
	}
	switch size := utf8.RuneCountInString(r.Description); {
	case size > maxRoleDescription:
		v.error("description", "Description too long", "The description has %d characters, and IAM takes %d. Write a shorter one.", size, maxRoleDescription)
	case !roleDescription.MatchString(r.Description):
		v.error("description", "Invalid description", "The description %q holds a character that IAM refuses. It takes Latin letters, digits and punctuation, such as those of English or French.", r.Description)
	}
	if b := r.PermissionsBoundary; b != "" {
		parsed, err := arn.Parse(b)
		if err != nil || parsed.Service != "iam" || parsed.Region != "" || !strings.HasPrefix(parsed.Resource, "policy/") || (parsed.AccountID != "aws" && ValidateAccountID(parsed.AccountID) != nil) {
			v.error("permissions_boundary", "Invalid permissions boundary", "%q is not the ARN of a managed policy. Write it as in \"arn:aws:iam::111111111111:policy/boundary\".", b)
		}
	}
	if s := r.MaxSessionDuration; s != 0 && (s < minSession || s > maxSession) {
		v.error("max_session_duration", "Invalid session duration", "A session can last from %d to %d seconds, not %d. Write 3600 for an hour, 43200 for twelve.", minSession, maxSession, s)
	}
	return v.problems
}

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
	// names are those of arguments where they aren't the usual ones.
	names    map[string]string
	problems []Problem
}

// name is what the schema calls an argument.
func (v *roleValidator) name(argument string) string {
	if other := v.names[argument]; other != "" {
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
	if argument != "" {
		path = strings.Split(v.name(argument), ".")
	}
	v.problems = append(v.problems, Problem{path, severity, summary, fmt.Sprintf(format, args...)})
}

func (v *roleValidator) roleName(argument, name string, limit int) {
	switch {
	case name == "":
	case !roleName.MatchString(name):
		v.error(argument, "Invalid role name", "%q is not the name of a role. Write letters, digits and characters of +=,.@_- only; a path belongs into path.", name)
	case len(name) > limit:
		v.error(argument, "Role name too long", "%q has %d characters, and %s takes %d. Write a shorter one.", name, len(name), argument, limit)
	}
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
		v.error("", "Role without repositories", "Say which repositories the role is for: set resource_tags, repository_arns, or both.")
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
		parsed, err := arn.Parse(text)
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
