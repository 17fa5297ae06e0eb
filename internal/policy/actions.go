// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package policy

import (
	"slices"
)

// Action is an action of Amazon ECR.
type Action struct {
	// Name is the name without the service prefix, such as "BatchGetImage".
	Name string
	// Level is the access level: "List", "Read", "Write", "Tagging" or "Permissions management".
	Level string
	// RepositoryLevel says that the action is on a repository. An action on the registry knows no resource, no
	// repository policy and no resource tag.
	RepositoryLevel bool
	// ConditionKeys are the keys that this action has beyond the global ones; all on a repository also have
	// aws:ResourceTag/… and ecr:ResourceTag/….
	ConditionKeys []string
}

// The access levels of the Service Authorization Reference.
const (
	levelList        = "List"
	levelRead        = "Read"
	levelWrite       = "Write"
	levelTagging     = "Tagging"
	levelPermissions = "Permissions management"
)

// requestTags are the keys of actions whose request carries tags.
const (
	requestTag     = "aws:RequestTag/${TagKey}"
	tagKeys        = "aws:TagKeys"
	accountSetting = "ecr:AccountSetting"
)

// ecrActions is the table of the Service Authorization Reference, list_amazonelasticcontainerregistry, sorted by name.
var ecrActions = [...]Action{
	{"BatchCheckLayerAvailability", levelRead, true, nil},
	{"BatchDeleteImage", levelWrite, true, nil},
	{"BatchGetImage", levelRead, true, nil},
	{"BatchGetRepositoryScanningConfiguration", levelRead, true, nil},
	{"BatchImportUpstreamImage", levelWrite, true, nil},
	{"CompleteLayerUpload", levelWrite, true, nil},
	{"CreatePullThroughCacheRule", levelWrite, false, nil},
	{"CreateRepository", levelWrite, true, []string{requestTag, tagKeys}},
	{"CreateRepositoryCreationTemplate", levelWrite, false, nil},
	{"DeleteLifecyclePolicy", levelWrite, true, nil},
	{"DeletePullThroughCacheRule", levelWrite, false, nil},
	{"DeleteRegistryPolicy", levelPermissions, false, nil},
	{"DeleteRepository", levelWrite, true, nil},
	{"DeleteRepositoryCreationTemplate", levelWrite, false, nil},
	{"DeleteRepositoryPolicy", levelPermissions, true, nil},
	{"DeleteSigningConfiguration", levelWrite, false, nil},
	{"DeregisterPullTimeUpdateExclusion", levelWrite, false, nil},
	{"DescribeImageReplicationStatus", levelRead, true, nil},
	{"DescribeImageScanFindings", levelRead, true, nil},
	{"DescribeImageSigningStatus", levelRead, true, nil},
	{"DescribeImages", levelList, true, nil},
	{"DescribePullThroughCacheRules", levelList, false, nil},
	{"DescribeRegistry", levelRead, false, nil},
	{"DescribeRepositories", levelRead, true, nil},
	{"DescribeRepositoryCreationTemplates", levelRead, false, nil},
	{"GetAccountSetting", levelRead, false, []string{accountSetting}},
	{"GetAuthorizationToken", levelRead, false, nil},
	{"GetDownloadUrlForLayer", levelRead, true, nil},
	{"GetImageCopyStatus", levelRead, true, nil},
	{"GetLifecyclePolicy", levelRead, true, nil},
	{"GetLifecyclePolicyPreview", levelRead, true, nil},
	{"GetRegistryPolicy", levelRead, false, nil},
	{"GetRegistryScanningConfiguration", levelRead, false, nil},
	{"GetRepositoryPolicy", levelRead, true, nil},
	{"GetSigningConfiguration", levelRead, false, nil},
	{"InitiateLayerUpload", levelWrite, true, nil},
	{"ListImages", levelList, true, nil},
	{"ListPullTimeUpdateExclusions", levelList, false, nil},
	{"ListTagsForResource", levelRead, true, []string{requestTag, tagKeys}},
	{"PutAccountSetting", levelWrite, false, []string{accountSetting}},
	{"PutImage", levelWrite, true, nil},
	{"PutImageScanningConfiguration", levelWrite, true, nil},
	{"PutImageTagMutability", levelWrite, true, nil},
	{"PutLifecyclePolicy", levelWrite, true, nil},
	{"PutRegistryPolicy", levelPermissions, false, nil},
	{"PutRegistryScanningConfiguration", levelWrite, false, nil},
	{"PutReplicationConfiguration", levelWrite, false, nil},
	{"PutSigningConfiguration", levelWrite, false, nil},
	{"RegisterPullTimeUpdateExclusion", levelWrite, false, nil},
	{"ReplicateImage", levelWrite, true, nil},
	{"SetRepositoryPolicy", levelPermissions, true, nil},
	{"StartImageScan", levelWrite, true, nil},
	{"StartLifecyclePolicyPreview", levelWrite, true, nil},
	{"TagResource", levelTagging, true, []string{requestTag, tagKeys}},
	{"UntagResource", levelTagging, true, []string{tagKeys}},
	{"UpdateImageStorageClass", levelWrite, true, nil},
	{"UpdatePullThroughCacheRule", levelWrite, false, nil},
	{"UpdateRepositoryCreationTemplate", levelWrite, false, nil},
	{"UploadLayerPart", levelWrite, true, nil},
	{"ValidatePullThroughCacheRule", levelRead, false, nil},
}

// ecrActionIndex finds an action by its name.
var ecrActionIndex = func() map[string]int {
	index := make(map[string]int, len(ecrActions))
	for i, a := range ecrActions {
		index[a.Name] = i
	}
	return index
}()

// ECRAction gives the metadata of an ECR action by its name, with or without "ecr:", in any letter case.
func ECRAction(name string) (Action, bool) {
	if len(name) > len(ecrPrefix) && equalFold(name[:len(ecrPrefix)], ecrPrefix) {
		name = name[len(ecrPrefix):]
	}
	i, found := ecrActionIndex[name]
	if !found {
		// The name may be in another letter case than AWS's.
		i = slices.IndexFunc(ecrActions[:], func(a Action) bool { return equalFold(a.Name, name) })
	}
	if i < 0 {
		return Action{}, false
	}
	a := ecrActions[i]
	a.ConditionKeys = slices.Clone(a.ConditionKeys)
	return a, true
}

// ECRActions gives all actions of ECR that the pattern matches ("*", "ecr:Batch*", "ecr:GetAuthorizationToken"), sorted
// by name. A pattern of another service matches none.
func ECRActions(pattern string) []Action {
	if pattern == "*" {
		pattern = ecrPrefix + "*"
	}
	var matching []Action
	for _, a := range ecrActions {
		if matchFold(pattern, ecrPrefix+a.Name) {
			a.ConditionKeys = slices.Clone(a.ConditionKeys)
			matching = append(matching, a)
		}
	}
	return matching
}

const ecrPrefix = "ecr:"

// spellAction gives an ECR action, or a pattern that matches some, in AWS's spelling. Names of other services keep
// theirs, because their tables are not here.
func spellAction(action string) string {
	if len(action) < len(ecrPrefix) || !equalFold(action[:len(ecrPrefix)], ecrPrefix) {
		return action
	}
	name := action[len(ecrPrefix):]
	for _, a := range ecrActions {
		if matchFold(name, a.Name) {
			spelling, _ := matchSpelled(name, a.Name, []byte(name))
			return ecrPrefix + string(spelling)
		}
	}
	return ecrPrefix + name
}
