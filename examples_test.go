// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/organizations"

	"github.com/ecrx/terraform-provider-ecrx/internal/awstest"
)

const (
	versions = "examples/quickstart/versions.tf"
	// A resource beside a provider block makes the client configure the provider.
	aRepository = "resource \"ecrx_org_shared_repository\" \"app\" {\n  name = \"team/web\"\n}\n"
)

// TestClientExamples plans every example as a user does: the files as they are, all else from the environment.
func TestClientExamples(t *testing.T) {
	t.Parallel()
	identities := identitiesKnown(t)
	err := fs.WalkDir(os.DirFS("."), "examples", func(file string, _ fs.DirEntry, err error) error {
		dir, base := path.Split(file)
		switch {
		case err != nil || path.Ext(file) != ".tf" || dir == "examples/quickstart/": // TestClientQuickstart
		case base == "import-by-identity.tf" && !identities: // Terraform 1.12 knows them
		case strings.HasPrefix(base, "import-"):
			t.Run(strings.TrimPrefix(file, "examples/"), func(t *testing.T) {
				t.Parallel()
				testImport(t, dir+"resource.tf", file)
			})
		default:
			t.Run(strings.TrimPrefix(file, "examples/"), func(t *testing.T) {
				t.Parallel()
				aws := exampleAccount(t, file)
				w := newWorkspace(t, aws, versions, file)
				w.inNetwork(exampleNetwork(aws, file))
				if dir == "examples/provider/" {
					w = newWorkspace(t, aws, file)
					w.write("repository.tf", aRepository)
				}
				w.run("plan")
				if path.Dir(path.Clean(dir)) == "examples/functions" && len(aws.Calls()) > 0 {
					t.Errorf("a function called %v", aws.Calls())
				}
			})
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// testImport applies the example of the resource, and imports what it made into a state of its own. After both, the next plan
// is empty.
func testImport(t *testing.T, resource, block string) {
	t.Helper()
	aws := exampleAccount(t, resource)
	network := exampleNetwork(aws, resource)
	owner := newWorkspace(t, aws, versions, resource)
	owner.inNetwork(network)
	owner.run("apply", "-auto-approve")
	importer := newWorkspace(t, aws, versions, resource, block)
	importer.inNetwork(network)
	plan := importer.run("apply", "-auto-approve")
	if !strings.Contains(plan, "Plan: 1 to import,") || !strings.Contains(plan, " 0 to destroy.") {
		t.Errorf("the import's plan is\n%s", plan)
	}
	owner.run("plan", "-detailed-exitcode")
	importer.run("plan", "-detailed-exitcode")
	owner.run("destroy", "-auto-approve")
}

// exampleAccount has the repository, the organizational units and the role of which the example speaks.
func exampleAccount(t *testing.T, example string) *awstest.AWS {
	t.Helper()
	aws := awstest.New(t)
	if _, err := aws.Organizations().CreateOrganization(t.Context(), &organizations.CreateOrganizationInput{}); err != nil {
		t.Fatal(err)
	}
	roots, err := aws.Organizations().ListRoots(t.Context(), &organizations.ListRootsInput{})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Staging", "Production"} {
		if _, err := aws.Organizations().CreateOrganizationalUnit(t.Context(), &organizations.CreateOrganizationalUnitInput{
			ParentId: roots.Roots[0].Id, Name: &name,
		}); err != nil {
			t.Fatal(err)
		}
	}
	if strings.Contains(example, "ecs_task_permissions") { // it is for a role that exists
		name, trust := "orders-staging-task", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
		if _, err := aws.IAM().CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: &trust}); err != nil {
			t.Fatal(err)
		}
	}
	if strings.Contains(example, "org_shared_repository") { // it makes its repository itself
		return aws
	}
	repository := "team/app"
	if _, err := aws.ECR().CreateRepository(t.Context(), &ecr.CreateRepositoryInput{RepositoryName: &repository}); err != nil {
		t.Fatal(err)
	}
	return aws
}

// exampleNetwork makes the network that examples of private endpoints are for; nil for all others.
func exampleNetwork(aws *awstest.AWS, example string) *awstest.Network {
	if !strings.Contains(example, "resources/ecrx_private_endpoints/") && !strings.Contains(example, "private-fargate/") {
		return nil
	}
	network := aws.NewNetwork()
	return &network
}

// workspace is a directory in which the client uses this provider, and finds AWS by the environment.
type workspace struct {
	t   *testing.T
	dir string
	aws *awstest.AWS
}

// newWorkspace has copies of the files.
func newWorkspace(t *testing.T, aws *awstest.AWS, files ...string) workspace {
	t.Helper()
	w := workspace{t: t, dir: t.TempDir(), aws: aws}
	for _, file := range files {
		text, err := os.ReadFile(filepath.FromSlash(file))
		if err != nil {
			t.Fatal(err)
		}
		w.write(path.Base(file), string(text))
	}
	if err := os.Symlink(itself(t), filepath.Join(w.dir, "terraform-provider-ecrx")); err != nil {
		t.Fatal(err)
	}
	w.write("dev.tfrc", fmt.Sprintf(`provider_installation {
  dev_overrides {
    "ecrx/ecrx" = %q
  }
  direct {}
}
`, w.dir))
	return w
}

// inNetwork puts the ids of a network in the place of the examples', and gives them to those that ask for them.
func (w workspace) inNetwork(n *awstest.Network) {
	w.t.Helper()
	if n == nil {
		return
	}
	ids := strings.NewReplacer("vpc-0123456789abcdef0", n.VPC, "subnet-0123456789abcdef0", n.Subnets[0], "subnet-0123456789abcdef1", n.Subnets[1], "rtb-0123456789abcdef0", n.RouteTable)
	files, err := filepath.Glob(filepath.Join(w.dir, "*.tf"))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			w.t.Fatal(err)
		}
		if strings.Contains(string(text), `variable "vpc_id"`) {
			w.write("terraform.tfvars", fmt.Sprintf("vpc_id = %q\nsubnet_ids = [%q, %q]\nroute_table_ids = [%q]\ncidr_block = \"10.0.0.0/16\"\n", n.VPC, n.Subnets[0], n.Subnets[1], n.RouteTable))
		}
		w.write(filepath.Base(file), ids.Replace(string(text)))
	}
}

func (w workspace) write(name, text string) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// run gives what the client writes, the account's id as in the documentation of AWS.
func (w workspace) run(command string, arguments ...string) string {
	w.t.Helper()
	client := exec.CommandContext(w.t.Context(), terraform(), append([]string{command, "-no-color"}, arguments...)...)
	client.Dir = w.dir
	client.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1",
		"TF_CLI_CONFIG_FILE="+filepath.Join(w.dir, "dev.tfrc"),
		"AWS_ENDPOINT_URL="+w.aws.Endpoint(), "AWS_REGION="+w.aws.Region,
		"AWS_ACCESS_KEY_ID="+w.aws.AccessKey, "AWS_SECRET_ACCESS_KEY="+w.aws.SecretKey)
	var problems strings.Builder
	client.Stderr = &problems
	output, err := client.Output()
	if err != nil {
		w.t.Fatalf("%s: %s\n%s%s", command, err, output, &problems)
	}
	return strings.ReplaceAll(string(output), w.aws.AccountID, "111111111111")
}

// terraform is the client that `make test` found.
func terraform() string { return cmp.Or(os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform") }

// identitiesKnown says whether the client imports by identity: Terraform and OpenTofu from 1.12.
func identitiesKnown(t *testing.T) bool {
	t.Helper()
	command := exec.CommandContext(t.Context(), terraform(), "version", "-json")
	command.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+os.DevNull, "CHECKPOINT_DISABLE=1")
	output, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	var version struct {
		Text string `json:"terraform_version"`
	}
	if err := json.Unmarshal(output, &version); err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(version.Text, ".")
	minor, err := strconv.Atoi(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	return parts[0] == "1" && minor >= 12
}
