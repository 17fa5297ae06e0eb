// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// ECSExecution is what Amazon ECS does to start a task: pull its image, write its log and read its secrets.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
type ECSExecution struct {
	RepositoryARNs, LogGroupARNs []string
	// SecretARNs are of AWS Secrets Manager, with the six characters at their end or without, ParameterARNs of the Parameter
	// Store.
	SecretARNs, ParameterARNs []string
	// KMSKeyARNs are the customer managed keys of secrets and parameters. A repository's key needs no permission here: ECR
	// decrypts by a grant of its own.
	KMSKeyARNs []string
	// SourceVPCIDs and SourceVPCEIDs are the only networks and VPC endpoints through which images are pulled. Where both are
	// given, both must hold.
	SourceVPCIDs, SourceVPCEIDs []string

	// Incomplete says that some values aren't known yet, so that what is missing isn't reported.
	Incomplete bool
}

var (
	vpcID  = regexp.MustCompile(`^vpc-[0-9a-f]+$`)
	vpceID = regexp.MustCompile(`^vpce-[0-9a-f]+$`)
)

// ecsExecutionPresets has a row for each attribute of ARNs whose statements ask for nothing else. Those of RepositoryARNs ask
// for the network too.
var ecsExecutionPresets = []ecsPreset[ECSExecution]{
	{
		attribute: "log_group_arns", arns: func(e *ECSExecution) *[]string { return &e.LogGroupARNs }, kinds: []ecsResource{ecsLogGroup},
		statements: logsWrite("Logs"), inverse: each(logGroup),
	},
	{
		attribute: "secret_arns", arns: func(e *ECSExecution) *[]string { return &e.SecretARNs }, kinds: []ecsResource{ecsSecret},
		statements: func(arns []string) []policy.Statement {
			return []policy.Statement{ecsAllow("Secrets", []string{"secretsmanager:GetSecretValue"}, secretResources(arns))}
		},
		inverse: secretsOf, via: "secretsmanager",
	},
	{
		attribute: "parameter_arns", arns: func(e *ECSExecution) *[]string { return &e.ParameterARNs }, kinds: []ecsResource{ecsParameter},
		statements: onResources("Parameters", "ssm:GetParameters"), via: "ssm",
	},
}

const pullSid = "Pull"

// ECSExecutionPolicy gives the identity policy of a task execution role. The input must be valid (ValidateECSExecution).
func ECSExecutionPolicy(e ECSExecution) policy.Document {
	var statements []policy.Statement
	if len(e.RepositoryARNs) > 0 {
		// The token has no repository. On Fargate the call for it, and those for logs, don't go through the task's network,
		// so the network's conditions would refuse them.
		statements = append(statements,
			ecsAllow("Login", []string{loginAction}, []string{"*"}),
			ecsAllow(pullSid, pull, e.RepositoryARNs, e.network()...))
	}
	statements = append(statements, presetStatements(ecsExecutionPresets, &e)...)
	decrypt, encrypt := keyUses(ecsExecutionPresets, &e)
	return policy.New(append(statements, useOfKeys(e.KMSKeyARNs, decrypt, encrypt)...)...)
}

const (
	sourceVPCKey  = "aws:SourceVpc"
	sourceVPCEKey = "aws:SourceVpce"
)

func (e ECSExecution) network() []policy.Condition {
	return slices.Concat(where("StringEquals", sourceVPCKey, e.SourceVPCIDs), where("StringEquals", sourceVPCEKey, e.SourceVPCEIDs))
}

// secretSuffix is what Secrets Manager adds to a secret's name, anySuffix stands for it in a policy.
var secretSuffix = regexp.MustCompile(`-[A-Za-z0-9]{6}$`)

const anySuffix = "-??????"

// secretResources adds the six characters that Secrets Manager puts behind a secret's name, where they aren't there yet:
// "??????" and never "*", which would take in secrets whose names go on (AWS Secrets Manager User Guide,
// auth-and-access_iam-policies). A name that ends in six small letters, such as "db-secret", may be either, so both stand.
func secretResources(arns []string) []string {
	var resources []string
	for _, a := range arns {
		suffix := secretSuffix.FindString(a)
		wild := strings.HasSuffix(a, "*") || strings.HasSuffix(a, anySuffix)
		if wild || suffix != "" {
			resources = append(resources, a)
		}
		if !wild && strings.Trim(suffix, "-abcdefghijklmnopqrstuvwxyz") == "" {
			resources = append(resources, a+anySuffix)
		}
	}
	return resources
}

// secretsOf undoes secretResources.
func secretsOf(resources []string) []string {
	secrets := make([]string, len(resources))
	for i, r := range resources {
		secrets[i] = r
		name, added := strings.CutSuffix(r, anySuffix)
		made := secretResources([]string{name})
		missing := func(resource string) bool { return !slices.Contains(resources, resource) }
		if added && slices.Contains(made, r) && !slices.ContainsFunc(made, missing) {
			secrets[i] = name
		}
	}
	return secrets
}

// ValidateECSExecution finds what is wrong in the input. Each problem's path begins with the attribute's name.
func ValidateECSExecution(e ECSExecution) []Problem {
	v := ecsValidator{incomplete: e.Incomplete}
	v.arns("repository_arns", e.RepositoryARNs, []ecsResource{ecsRepository})
	v.arns("log_group_arns", e.LogGroupARNs, []ecsResource{ecsLogGroup})
	for _, s := range e.SecretARNs {
		v.secret(s)
	}
	v.arns("parameter_arns", e.ParameterARNs, []ecsResource{ecsParameter})
	v.keys(e.KMSKeyARNs, len(e.SecretARNs)+len(e.ParameterARNs) > 0, "secret_arns or parameter_arns")
	v.ids("source_vpc_ids", e.SourceVPCIDs, vpcID, "VPC", "vpc-0a1b2c3d4e5f60718")
	v.ids("source_vpce_ids", e.SourceVPCEIDs, vpceID, "VPC endpoint", "vpce-0a1b2c3d4e5f60718")
	switch {
	case e.Incomplete:
	case len(e.RepositoryARNs)+len(e.LogGroupARNs)+len(e.SecretARNs)+len(e.ParameterARNs) == 0:
		v.error("repository_arns", "Execution role that may do nothing", "IAM refuses a policy without a statement. Say what starts a task, such as repository_arns = [%q].", ecsRepository.example)
	case len(e.RepositoryARNs) == 0 && len(e.network()) > 0:
		attribute := "source_vpc_ids"
		if len(e.SourceVPCIDs) == 0 {
			attribute = "source_vpce_ids"
		}
		v.error(attribute, "Network of no pull", "It narrows where images are pulled from, and no repository is named. Set repository_arns, or leave %s out.", attribute)
	}
	return v.problems
}

// ValidateECSExecutionAt finds ARNs that are in another partition than the role. An empty partition isn't checked.
func ValidateECSExecutionAt(e ECSExecution, site Site) []Problem {
	v := ecsValidator{}
	v.partition("repository_arns", e.RepositoryARNs, site.Partition)
	for i := range ecsExecutionPresets {
		v.partition(ecsExecutionPresets[i].attribute, *ecsExecutionPresets[i].arns(&e), site.Partition)
	}
	v.partition("kms_key_arns", e.KMSKeyARNs, site.Partition)
	return v.problems
}

// secret explains what a task definition adds to a secret's ARN.
func (v *ecsValidator) secret(text string) {
	parts, ok := splitARN(text)
	name, typed := strings.CutPrefix(parts.resource, ecsSecret.typed)
	if plain, _, more := strings.Cut(name, ":"); ok && typed && more {
		whole := strings.TrimSuffix(text, name) + plain
		v.error("secret_arns", "Secret with a key in its ARN", "%q ends in what a task definition adds: the key and the version. A policy is about the whole secret. Write %q.", text, whole)
		return
	}
	v.arns("secret_arns", []string{text}, []ecsResource{ecsSecret})
}

func (v *ecsValidator) ids(attribute string, ids []string, form *regexp.Regexp, what, example string) {
	for _, id := range ids {
		if !form.MatchString(id) {
			v.error(attribute, fmt.Sprintf("Invalid %s id", what), "%q is not the id of a %s. Write it as in %q.", id, what, example)
		}
	}
}
