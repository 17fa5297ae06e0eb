// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

// clientsOf makes clients of an emulated account.
func clientsOf(a *awstest.AWS, change ...func(*awsapi.Config)) *awsapi.Clients {
	endpoint := a.Endpoint()
	cfg := awsapi.Config{
		Region: a.Region, AccessKey: a.AccessKey, SecretKey: a.SecretKey,
		Endpoints: awsapi.Endpoints{ECR: endpoint, IAM: endpoint, EC2: endpoint, STS: endpoint, Organizations: endpoint},
		Timing:    awsapi.Timing{SecondLook: time.Millisecond, MaxBackoff: time.Millisecond},
	}
	for _, f := range change {
		f(&cfg)
	}
	return awsapi.New(cfg)
}

// TestRepositoryLife goes through every call about a repository on the wire.
func TestRepositoryLife(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	c := clientsOf(a)
	ctx := t.Context()
	key := awsapi.RepositoryKey{Name: "team/app"}

	if _, err := c.RepositoryDetails(ctx, key, ""); !awsapi.IsNotFound(err) {
		t.Fatalf("before: %v", err)
	}
	kms := "arn:aws:kms:eu-west-1:" + a.AccountID + ":key/11111111-2222-3333-4444-555555555555"
	made, err := c.CreateRepository(ctx, "", awsapi.NewRepository{
		Name: key.Name, ImageTagMutability: "IMMUTABLE_WITH_EXCLUSION", ImageTagMutabilityExclusions: []string{"latest"},
		EncryptionType: "KMS", KMSKey: kms, Tags: map[string]string{"team": "x", "stage": "test"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if age := time.Since(made.CreatedAt); age < -time.Minute || age > time.Minute {
		t.Errorf("created at %s", made.CreatedAt)
	}
	const lifecycle = `{"rules":[{"rulePriority":1,"selection":{"tagStatus":"untagged","countType":"imageCountMoreThan","countNumber":1},"action":{"type":"expire"}}]}`
	const policy = `{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage"}]}`
	setPolicy := func(want string) {
		t.Helper()
		if _, _, err := c.EditRepositoryPolicy(ctx, key, func(string, bool) (string, error) { return want, nil }, awsapi.EditOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	setPolicy(policy)
	must(c.PutLifecyclePolicy(ctx, key, lifecycle))
	must(c.TagRepository(ctx, key, made.ARN, map[string]string{"stage": "live"}))
	must(c.UntagRepository(ctx, key, made.ARN, []string{"team"}))
	must(c.PutImageScanning(ctx, key, true))

	want := awsapi.RepositoryDetails{
		Repository: awsapi.Repository{
			ARN: "arn:aws:ecr:eu-west-1:" + a.AccountID + ":repository/team/app", RegistryID: a.AccountID, Name: "team/app",
			URI:                a.AccountID + ".dkr.ecr.eu-west-1.amazonaws.com/team/app",
			ImageTagMutability: "IMMUTABLE_WITH_EXCLUSION", ImageTagMutabilityExclusions: []string{"latest"},
			EncryptionType: "KMS", KMSKey: kms, ScanOnPush: true, CreatedAt: made.CreatedAt,
		},
		Policy: policy, LifecyclePolicy: lifecycle, Tags: map[string]string{"stage": "live"},
	}
	got, err := c.RepositoryDetails(ctx, key, made.ARN)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v, details (-want +got):\n%s", err, diff)
	}

	must(c.PutImageTagMutability(ctx, key, "MUTABLE", nil))
	must(c.DeleteLifecyclePolicy(ctx, key))
	must(c.DeleteLifecyclePolicy(ctx, key))
	setPolicy("")
	got, err = c.RepositoryDetails(ctx, awsapi.RepositoryKey{Region: "eu-west-1", RegistryID: a.AccountID, Name: key.Name}, "")
	want.ImageTagMutability, want.Policy, want.LifecyclePolicy = "MUTABLE", "", ""
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(awsapi.Repository{}, "ImageTagMutabilityExclusions")); diff != "" || err != nil {
		t.Errorf("%v, details (-want +got):\n%s", err, diff)
	}

	if has, err := c.HasImages(ctx, key); has || err != nil {
		t.Errorf("HasImages = %t, %v", has, err)
	}
	const manifest = `{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json","config":{"digest":"sha256:aa","size":1},"layers":[{"digest":"sha256:bb","size":1}]}`
	_, err = a.ECR().PutImage(ctx, &ecr.PutImageInput{RepositoryName: &key.Name, ImageManifest: aws.String(manifest), ImageTag: aws.String("1")})
	must(err)
	if has, err := c.HasImages(ctx, key); !has || err != nil {
		t.Errorf("HasImages = %t, %v", has, err)
	}
	if err := c.DeleteRepository(ctx, key, false); !awsapi.IsNotEmpty(err) {
		t.Errorf("deleting with images: %v", err)
	}
	must(c.DeleteRepository(ctx, key, true))
	must(c.DeleteRepository(ctx, key, false))
}

// The calls that carry nothing are not made.
func TestNoTagsNoCall(t *testing.T) {
	t.Parallel()
	aws := &stub{}
	c := aws.clients(t)
	if err := c.TagRepository(t.Context(), awsapi.RepositoryKey{}, "arn", nil); err != nil {
		t.Error(err)
	}
	if err := c.UntagRepository(t.Context(), awsapi.RepositoryKey{}, "arn", nil); err != nil {
		t.Error(err)
	}
	if len(aws.calls) > 0 {
		t.Errorf("calls: %v", aws.calls)
	}
}

func TestFaultsPass(t *testing.T) {
	t.Parallel()
	for _, kind := range []awstest.FaultKind{awstest.Throttling, awstest.ServerError, awstest.DropBefore, awstest.DropAfter} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			a := awstest.New(t)
			c := clientsOf(a)
			for _, action := range []string{"GetCallerIdentity", "CreateRepository", "DescribeRepositories", "SetRepositoryPolicy", "GetRepositoryPolicy", "DeleteRepository"} {
				a.Inject(awstest.Fault{Kind: kind, Action: action})
			}
			key := awsapi.RepositoryKey{Name: "app"}
			if _, err := c.CreateRepository(t.Context(), "", awsapi.NewRepository{Name: "app", Tags: map[string]string{"team": "x"}}); err != nil {
				t.Fatal(err)
			}
			if _, err := c.Repository(t.Context(), key); err != nil {
				t.Error(err)
			}
			const policy = `{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage"}]}`
			got, _, err := c.EditRepositoryPolicy(t.Context(), key, func(string, bool) (string, error) { return policy, nil }, awsapi.EditOptions{FreshRepository: true})
			if got != policy || err != nil {
				t.Errorf("policy %q, %v", got, err)
			}
			if err := c.DeleteRepository(t.Context(), key, false); err != nil {
				t.Error(err)
			}
			if calls := a.Calls(); slices.IndexFunc(calls, func(c awstest.Call) bool { return c.Status != 200 }) < 0 {
				t.Error("no fault took place")
			}
		})
	}
}

func TestOrganizationalUnits(t *testing.T) {
	t.Parallel()
	a := awstest.New(t)
	c := clientsOf(a)
	org := a.Organizations()
	created, err := org.CreateOrganization(t.Context(), &organizations.CreateOrganizationInput{FeatureSet: types.OrganizationFeatureSetAll})
	if err != nil {
		t.Fatal(err)
	}
	roots, err := org.ListRoots(t.Context(), &organizations.ListRootsInput{})
	if err != nil {
		t.Fatal(err)
	}
	unit := func(parent, name string) string {
		t.Helper()
		out, err := org.CreateOrganizationalUnit(t.Context(), &organizations.CreateOrganizationalUnitInput{ParentId: &parent, Name: &name})
		if err != nil {
			t.Fatal(err)
		}
		return aws.ToString(out.OrganizationalUnit.Id)
	}
	root := aws.ToString(roots.Roots[0].Id)
	above := unit(root, "above")
	below := unit(above, "below")
	path := fmt.Sprintf("%s/%s/%s/", aws.ToString(created.Organization.Id), root, above)
	want := []awsapi.OrganizationalUnit{{ID: above, Name: "above", Path: path}, {ID: below, Name: "below", Path: path + below + "/"}}

	got, err := c.OrganizationalUnits(t.Context())
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v, units (-want +got):\n%s", err, diff)
	}
	a.ResetCalls()
	for range 2 {
		if got, err := c.OrganizationalUnitPath(t.Context(), below); got != want[1].Path || err != nil {
			t.Errorf("path %q, %v, want %q", got, err, want[1].Path)
		}
	}
	asked := 0
	for _, call := range a.Calls() {
		if call.Action == "DescribeOrganizationalUnit" {
			asked++
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
	if _, err := c.OrganizationalUnitPath(t.Context(), "ou-abcd-00000000"); !awsapi.IsNotFound(err) {
		t.Errorf("an OU that isn't there: %v", err)
	}
}

// Both ways to an OU's path: as Organizations gives it, and by its parents.
func TestOrganizationalUnitPath(t *testing.T) {
	t.Parallel()
	const unit, parent, root = "ou-ab12-22222222", "ou-ab12-11111111", "r-ab12"
	const want = "o-a1b2c3d4e5/" + root + "/" + parent + "/" + unit + "/"
	for name, test := range map[string]struct {
		path    string
		parents map[string]map[string]string
		calls   int
		wantErr string
	}{
		"given":     {path: want, calls: 1},
		"no parent": {parents: map[string]map[string]string{}, wantErr: "AWS Organizations gives 0 parents for " + unit + " instead of one", calls: 7},
		"by parents": {parents: map[string]map[string]string{
			unit:   {"Id": parent, "Type": "ORGANIZATIONAL_UNIT"},
			parent: {"Id": root, "Type": "ROOT"},
		}, calls: 6},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stubbed := &stub{answer: func(c call) answer {
				switch c.action {
				case "DescribeOrganizationalUnit":
					described := map[string]any{"Id": unit}
					if test.path != "" {
						described["Path"] = test.path
					}
					return answer{body: map[string]any{"OrganizationalUnit": described}}
				case "ListParents":
					if c.body["NextToken"] == nil { // Organizations may begin with an empty page
						return answer{body: map[string]any{"Parents": []any{}, "NextToken": "more"}}
					}
					parents := []any{}
					if of, ok := test.parents[fmt.Sprint(c.body["ChildId"])]; ok {
						parents = append(parents, of)
					}
					return answer{body: map[string]any{"Parents": parents}}
				default:
					return answer{body: map[string]any{"Organization": map[string]any{"Id": "o-a1b2c3d4e5"}}}
				}
			}}
			c := stubbed.clients(t)
			for range 2 { // a path is asked for once; a failure, but not what succeeded before it, again
				got, err := c.OrganizationalUnitPath(t.Context(), unit)
				if test.wantErr == "" && (err != nil || got != want) || test.wantErr != "" && (err == nil || err.Error() != test.wantErr) {
					t.Errorf("path %q, %v", got, err)
				}
			}
			if got := len(stubbed.actions()); got != test.calls {
				t.Errorf("%d calls, want %d: %v", got, test.calls, stubbed.actions())
			}
		})
	}
}

// ECR reads a configuration without scanOnPush as false; the SDK leaves false out.
func TestPutImageScanningOff(t *testing.T) {
	t.Parallel()
	stubbed := &stub{answer: func(call) answer { return answer{body: map[string]any{}} }}
	if err := stubbed.clients(t).PutImageScanning(t.Context(), awsapi.RepositoryKey{Name: "app"}, false); err != nil {
		t.Fatal(err)
	}
	got := stubbed.last("PutImageScanningConfiguration").body["imageScanningConfiguration"]
	if diff := cmp.Diff(map[string]any{}, got); diff != "" {
		t.Errorf("configuration (-want +got):\n%s", diff)
	}
}
