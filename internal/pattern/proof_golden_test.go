// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// Actions as the contract lists them, written out so that the tests stand on their own.
var (
	pullActions   = actionsOf("BatchCheckLayerAvailability BatchGetImage GetDownloadUrlForLayer")
	pushActions   = actionsOf("BatchCheckLayerAvailability InitiateLayerUpload UploadLayerPart CompleteLayerUpload PutImage BatchGetImage")
	lambdaActions = actionsOf("BatchGetImage GetDownloadUrlForLayer")
)

func actionsOf(names string, more ...string) []string {
	for name := range strings.FieldsSeq(names) {
		more = append(more, "ecr:"+name)
	}
	return more
}

// person is a caller and what it gets: nothing, when actions are nil.
type person struct {
	authz.Caller
	actions []string
}

func (p person) gets(actions []string) person { p.actions = actions; return p }

func (p person) in(path string) person { p.OrganizationPath = path; return p }

func (p person) through(endpoint string) person { p.SourceVPCE = endpoint; return p }

// principal is a caller in no organization, through no endpoint.
func principal(arn string) person { return person{Caller: authz.Caller{Principal: arn}} }

func roleIn(account string) person { return principal("arn:aws:iam::" + account + ":role/somebody") }

// serviceFor is a service that acts for a resource, "" for none in particular, of an organization, "" for none.
func serviceFor(name, source, organization string) person {
	context := map[string]authz.Values{"aws:SourceArn": {}, "aws:SourceAccount": {}, "aws:SourceOrgID": {}, "aws:SourceOrgPaths": {}}
	if source != "" {
		context["aws:SourceArn"], context["aws:SourceAccount"] = authz.Single(source), authz.Single(strings.Split(source, ":")[4])
	}
	if organization != "" {
		context["aws:SourceOrgID"] = authz.Single(organization)
	}
	return person{Caller: authz.Caller{Principal: name, Context: context}}
}

// outsiders are people whom no golden lets in.
func outsiders() map[string]person {
	return map[string]person{
		"an anonymous caller":           principal(authz.Anonymous),
		"an account in no organization": roleIn("777777777777"),
		"another organization":          roleIn("777777777777").in("o-777777777777/r-ab12/ou-ab12-11111111/"),
		"a sibling OU":                  roleIn("777777777777").in("o-a1b2c3d4e5/r-ab12/ou-ab12-22222222/"),
		"Lambda for another account":    serviceFor("lambda.amazonaws.com", "arn:aws:lambda:eu-west-1:777777777777:function:web", "o-777777777777"),
		"Lambda for nobody":             serviceFor("lambda.amazonaws.com", "", ""),
		"CodeBuild for another account": serviceFor("codebuild.amazonaws.com", "arn:aws:codebuild:eu-west-1:777777777777:project/web", ""),
		"CodeBuild for nobody":          serviceFor("codebuild.amazonaws.com", "", ""),
		"another service":               serviceFor("ecs-tasks.amazonaws.com", "arn:aws:lambda:eu-west-1:444444444444:function:web", "o-a1b2c3d4e5"),
	}
}

func lambda(account, name string) person {
	return serviceFor("lambda.amazonaws.com", "arn:aws:lambda:eu-west-1:"+account+":function:"+name, "")
}

func codebuild(name string) person {
	return serviceFor("codebuild.amazonaws.com", "arn:aws:codebuild:eu-west-1:111111111111:project/"+name, "")
}

// inPartition are the people of the goldens that are in another partition.
func inPartition(partition, region string) map[string]person {
	arn := func(rest string) string { return "arn:" + partition + rest }
	return map[string]person{
		"account":          principal(arn(":iam::222222222222:role/x")).gets(pullActions),
		"role":             principal(arn(":iam::333333333333:role/ci")).gets(pullActions),
		"another role":     principal(arn(":iam::333333333333:role/cd")),
		"creator":          principal(arn(":iam::444444444444:role/x")).gets(lambdaActions),
		"Lambda":           serviceFor("lambda.amazonaws.com", arn(":lambda:"+region+":444444444444:function:web"), "").gets(lambdaActions),
		"Lambda elsewhere": serviceFor("lambda.amazonaws.com", "arn:aws:lambda:eu-west-1:444444444444:function:web", ""),
		"CodeBuild":        serviceFor("codebuild.amazonaws.com", arn(":codebuild:"+region+":111111111111:project/web"), "").gets(pullActions),
		"account of the same number in another partition": roleIn("222222222222"),
	}
}

// goldenPeople are for each golden policy those whom its grants name, and those who come near.
func goldenPeople() map[string]map[string]person {
	const unit, organization = "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/", "o-a1b2c3d4e5/r-ab12/ou-ab12-33333333/"
	describe, read := actionsOf("DescribeImages DescribeRepositories", pullActions...), actionsOf("ListImages GetRepositoryPolicy GetLifecyclePolicy GetLifecyclePolicyPreview ListTagsForResource DescribeImageScanFindings")
	account := func(actions []string) map[string]person {
		return map[string]person{
			"account": roleIn("222222222222").gets(actions), "its user": principal("arn:aws:iam::222222222222:user/x").gets(actions),
			"its root user": principal("arn:aws:iam::222222222222:root").gets(actions), "another account": roleIn("333333333333"),
		}
	}
	creators := map[string]person{
		"creator": roleIn("222222222222").gets(lambdaActions), "another": roleIn("333333333333").gets(lambdaActions), "neither": roleIn("444444444444"),
		"function": lambda("222222222222", "web").gets(lambdaActions), "its version": lambda("333333333333", "web:7").gets(lambdaActions),
		"another account's": lambda("444444444444", "web"),
		"another Region's":  serviceFor("lambda.amazonaws.com", "arn:aws:lambda:us-east-1:222222222222:function:web", ""),
	}
	return map[string]map[string]person{
		"access-pull":                  account(pullActions),
		"access-pull_describe":         account(describe),
		"access-read_only":             account(slices.Concat(describe, read)),
		"access-push":                  account(pushActions),
		"access-push_pull":             account(actionsOf("GetDownloadUrlForLayer", pushActions...)),
		"access-pull_through_cache":    account(actionsOf("BatchImportUpstreamImage", pullActions...)),
		"access-pull_through_upstream": account(actionsOf("BatchGetImage GetDownloadUrlForLayer BatchImportUpstreamImage GetImageCopyStatus")),
		"actions":                      account(actionsOf("ListImages BatchCheckLayerAvailability BatchDeleteImage BatchGetImage BatchGetRepositoryScanningConfiguration BatchImportUpstreamImage")),
		"paths": {
			"the OU": roleIn("777777777777").in(unit).gets(pullActions), "below": roleIn("777777777777").in(unit + "ou-ab12-44444444/").gets(pullActions),
			"the root": roleIn("777777777777").in("o-a1b2c3d4e5/r-ab12/").gets(pullActions), "another root": roleIn("777777777777").in("o-a1b2c3d4e5/r-cd34/"),
		},
		"organizations": {
			"an OU": roleIn("777777777777").in(organization).gets(pullActions), "a sibling OU": roleIn("777777777777").in("o-a1b2c3d4e5/r-ab12/ou-ab12-22222222/").gets(pullActions),
			"an id that goes on": roleIn("777777777777").in("o-a1b2c3d4e5f/r-ab12/"),
		},
		"accounts": {"one": roleIn("222222222222").gets(pullActions), "two": roleIn("333333333333").gets(pullActions), "three": roleIn("444444444444")},
		"principals": {
			"role": principal(role).gets(pullActions), "user": principal(user).gets(pullActions), "by pattern": principal("arn:aws:iam::222222222222:role/ci-7").gets(pullActions),
			"without the path": principal("arn:aws:iam::222222222222:role/ci"), "of another account": principal("arn:aws:iam::333333333333:role/team/ci"),
		},
		"principals-account":   {"role": principal(role).gets(pullActions), "another": roleIn("222222222222"), "user of that name": principal("arn:aws:iam::222222222222:user/team/ci")},
		"principals-wildcard":  {"role": principal(role).gets(pullActions), "user": principal(user).gets(pullActions), "another": roleIn("222222222222"), "of another account": principal("arn:aws:iam::444444444444:role/team/ci")},
		"principals-principal": {"role": principal(role).gets(pullActions), "user": principal(user).gets(pullActions), "another": roleIn("222222222222")},
		"lambda-accounts":      creators,
		"lambda-functions": {
			"creator": roleIn("444444444444").gets(lambdaActions), "function": lambda("444444444444", "web").gets(lambdaActions), "by pattern": lambda("444444444444", "web-2").gets(lambdaActions),
			"another": lambda("444444444444", "api"),
		},
		"lambda-organizations": {
			"creator": roleIn("777777777777").in(organization).gets(lambdaActions), "a sibling OU": roleIn("777777777777").in("o-a1b2c3d4e5/r-ab12/ou-ab12-22222222/").gets(lambdaActions),
			"function": serviceFor("lambda.amazonaws.com", "arn:aws:lambda:eu-west-1:777777777777:function:web", "o-a1b2c3d4e5").gets(lambdaActions),
		},
		"lambda-all": {
			"account": roleIn("222222222222").gets(lambdaActions), "a function's account": roleIn("444444444444").gets(lambdaActions),
			"organization": roleIn("777777777777").in(organization).gets(lambdaActions), "a sibling OU": roleIn("777777777777").in("o-a1b2c3d4e5/r-ab12/ou-ab12-22222222/").gets(lambdaActions),
			"function": lambda("444444444444", "web").gets(lambdaActions), "account's": lambda("222222222222", "api").gets(lambdaActions), "another": lambda("444444444444", "api"),
		},
		"lambda-without-region": {
			"creator": roleIn("222222222222").gets(lambdaActions), "function": lambda("222222222222", "web").gets(lambdaActions),
			"another Region's": serviceFor("lambda.amazonaws.com", "arn:aws:lambda:us-east-1:222222222222:function:web", "").gets(lambdaActions), "another account's": lambda("333333333333", "web"),
		},
		"codebuild": {
			"project": codebuild("web").gets(pullActions), "second": codebuild("web-2").gets(pullActions), "third": codebuild("web-3"),
			"role of the account": roleIn("222222222222"),
		},
		"conditions": {
			"endpoint": roleIn("222222222222").through("vpce-0a1b2c3d").gets(pullActions), "second": roleIn("222222222222").through("vpce-0f1e2d3c").gets(pullActions),
			"third": roleIn("222222222222").through("vpce-00000000"), "none": roleIn("222222222222"),
		},
		"all-kinds": {
			"path": roleIn("777777777777").in(unit).through("vpce-0a1b2c3d").gets(pullActions), "path, no endpoint": roleIn("777777777777").in(unit), "endpoint alone": roleIn("777777777777").through("vpce-0a1b2c3d"),
			"organization": roleIn("777777777777").in("o-z9y8x7w6v5/r-ab12/").through("vpce-0a1b2c3d").gets(pullActions), "organization, no endpoint": roleIn("777777777777").in("o-z9y8x7w6v5/r-ab12/"),
			"account": roleIn("222222222222").through("vpce-0a1b2c3d").gets(pullActions), "account, no endpoint": roleIn("222222222222").gets(lambdaActions),
			"function": lambda("222222222222", "web").gets(lambdaActions), "project": codebuild("web").gets(pullActions), "another project": codebuild("api"),
		},
		"two-grants": {
			"account": roleIn("222222222222").gets(pullActions), "role": principal(role).gets(actionsOf("GetDownloadUrlForLayer", pushActions...)), "another account": roleIn("333333333333"),
		},
		"china":    inPartition("aws-cn", "cn-north-1"),
		"govcloud": inPartition("aws-us-gov", "us-gov-west-1"),
	}
}

// TestGoldensAreProven evaluates each golden policy with every action on a repository: those whom its grants name have what
// the contract says, and those who come near have nothing.
func TestGoldensAreProven(t *testing.T) {
	t.Parallel()
	all := goldenPeople()
	for _, file := range repositoryGoldens(t) {
		name := strings.TrimSuffix(filepath.Base(file), ".golden.json")
		people := outsiders()
		if len(all[name]) == 0 {
			t.Errorf("nobody is asked about %s", name)
		}
		for who, p := range all[name] {
			people[who] = p
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			document := readGolden(t, file)
			for who, p := range people {
				if got, want := allowed(p, document, name), sorted(p.actions); !slices.Equal(got, want) {
					t.Errorf("%s gets %v, want %v", who, got, want)
				}
			}
		})
	}
}

// allowed gives the actions on a repository that the document allows somebody whose own policies allow everything.
func allowed(p person, document policy.Document, golden string) []string {
	repository := authz.Repository{ARN: "arn:aws:ecr:eu-west-1:111111111111:repository/team/app"}
	switch golden {
	case "china":
		repository.ARN = "arn:aws-cn:ecr:cn-north-1:111111111111:repository/team/app"
	case "govcloud":
		repository.ARN = "arn:aws-us-gov:ecr:us-gov-west-1:111111111111:repository/team/app"
	}
	var actions []string
	for _, a := range policy.ECRActions("ecr:*") {
		if a.RepositoryLevel {
			actions = append(actions, "ecr:"+a.Name)
		}
	}
	layers := authz.Layers{
		Identity:   []*authz.Policy{authz.AssumedToAllow("identity policies")},
		Repository: []*authz.Policy{authz.Compile("repository policy", document)},
	}
	return sorted(p.AllowedActions(actions, repository, &layers))
}

func sorted(actions []string) []string { return slices.Compact(slices.Sorted(slices.Values(actions))) }

// repositoryGoldens are the files that TestRepositoryPolicyGolden writes: documents that let somebody act on a repository.
func repositoryGoldens(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.golden.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no goldens: %v", err)
	}
	return slices.DeleteFunc(files, func(file string) bool {
		return strings.Contains(file, "retention-") || slices.ContainsFunc(readGolden(t, file).Statements, func(s policy.Statement) bool {
			return s.Effect != policy.Allow || s.Principal.IsZero() || !strings.HasPrefix(s.Actions[0], "ecr:")
		})
	})
}

func readGolden(t testing.TB, file string) policy.Document {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	document, err := policy.Parse(string(text))
	if err != nil {
		t.Fatal(err)
	}
	return document
}

// TestGoldensProveThemselves takes the grants back from each golden policy: ProveGrants finds nothing wrong with them.
func TestGoldensProveThemselves(t *testing.T) {
	t.Parallel()
	for _, file := range repositoryGoldens(t) {
		site := ireland()
		switch filepath.Base(file) {
		case "china.golden.json":
			site = pattern.Site{Partition: "aws-cn", Region: "cn-north-1", AccountID: site.AccountID}
		case "govcloud.golden.json":
			site = pattern.Site{Partition: "aws-us-gov", Region: "us-gov-west-1", AccountID: site.AccountID}
		case "lambda-without-region.golden.json":
			site = pattern.Site{Partition: "aws"}
		}
		grants, rest := pattern.RecognizeGrants(readGolden(t, file), site)
		if len(grants) == 0 || len(rest) > 0 {
			t.Errorf("%s: %d grants, and %d statements of none", file, len(grants), len(rest))
		}
		for _, ground := range []pattern.Ground{{Site: site, Repository: "team/app"}, {Site: site}} {
			proof := pattern.ProveGrants(grants, ground)
			if got := told(proof); got != "" {
				t.Errorf("%s:\n%s", file, got)
			}
			if len(proof.Lines) < 2 {
				t.Errorf("%s is proven by %q", file, proof.Lines)
			}
		}
	}
}

// told gives all that a proof finds, each as "severity kind path: summary: detail".
func told(p pattern.Proof) string {
	var lines []string
	for _, found := range []struct {
		kind     string
		problems []pattern.Problem
	}{{"problem", p.Problems}, {"open", p.Open}, {"foreign", p.Foreign}} {
		for _, problem := range found.problems {
			lines = append(lines, string(problem.Severity)+" "+found.kind+" "+strings.Join(problem.Path, ".")+": "+problem.Summary+": "+problem.Detail)
		}
	}
	return strings.Join(lines, "\n")
}
