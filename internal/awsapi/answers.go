// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// undocumented is a success that AWS's API never answers with: something between wrote it, or cut it.
type undocumented struct {
	what string
	err  error // the SDK's; nil: the SDK takes it for a success
}

func (e *undocumented) Error() string { return "an answer that is not AWS's: " + e.what }

func (e *undocumented) Unwrap() error { return e.err }

func isUndocumented(err error) bool {
	_, ok := errors.AsType[*undocumented](err)
	return ok
}

// checkAnswers makes an error of each success that isn't one. The SDK reads an empty body as an answer without content, skips what it
// doesn't know in XML, such as HTML, and reads no body at all when it expects nothing.
func checkAnswers(stack *middleware.Stack) error {
	text := middleware.DeserializeMiddlewareFunc("ecrx:AnswerText", func(
		ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler,
	) (middleware.DeserializeOutput, middleware.Metadata, error) {
		out, metadata, err := next.HandleDeserialize(ctx, in)
		response, ok := out.RawResponse.(*smithyhttp.Response)
		if err != nil || !ok || !succeeded(response) {
			return out, metadata, err
		}
		body, err := io.ReadAll(response.Body)
		if err != nil {
			return out, metadata, fmt.Errorf("reading the answer: %w", err)
		}
		response.Body = io.NopCloser(bytes.NewReader(body))
		request, _ := in.Request.(*smithyhttp.Request)
		if wrong := wrongText(bytes.TrimSpace(body), awsmiddleware.GetOperationName(ctx), request != nil && request.Header.Get("X-Amz-Target") != ""); wrong != "" {
			return out, metadata, &undocumented{what: wrong}
		}
		return out, metadata, nil
	})
	content := middleware.DeserializeMiddlewareFunc("ecrx:AnswerContent", func(
		ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler,
	) (middleware.DeserializeOutput, middleware.Metadata, error) {
		out, metadata, err := next.HandleDeserialize(ctx, in)
		response, ok := out.RawResponse.(*smithyhttp.Response)
		if !ok || !succeeded(response) || errors.Is(err, io.ErrUnexpectedEOF) || isUndocumented(err) {
			return out, metadata, err
		}
		if err != nil {
			return out, metadata, &undocumented{what: "it can't be read", err: err}
		}
		if missing := missingFrom(out.Result); missing != "" {
			return out, metadata, &undocumented{what: "it has no " + missing}
		}
		return out, metadata, nil
	})
	if err := stack.Deserialize.Add(text, middleware.After); err != nil {
		return err
	}
	return stack.Deserialize.Insert(content, "OperationDeserializer", middleware.Before)
}

func succeeded(response *smithyhttp.Response) bool {
	return response.StatusCode >= http.StatusOK && response.StatusCode < http.StatusMultipleChoices
}

// wrongText says what is wrong with the text of a successful answer, "" when nothing: it is one object of JSON, or one element of
// XML that is named after the operation.
// See https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html, https://smithy.io/2.0/aws/protocols/aws-query-protocol.html and
// https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html.
func wrongText(text []byte, operation string, isJSON bool) string {
	if len(text) == 0 {
		return "its body is empty"
	}
	if isJSON {
		switch {
		case text[0] != '{':
			return "it is not a JSON object"
		case text[len(text)-1] != '}':
			return "its JSON ends early"
		}
		return ""
	}
	if bytes.HasPrefix(text, []byte("<?")) {
		_, text, _ = bytes.Cut(text, []byte("?>"))
		text = bytes.TrimSpace(text)
	}
	name := operation + "Response"
	rest, ok := bytes.CutPrefix(text, []byte("<"+name))
	switch {
	case !ok || len(rest) == 0 || !bytes.ContainsAny(rest[:1], " \t\r\n/>"):
		return "it is not the XML of a " + name
	case !bytes.HasSuffix(rest, []byte("</"+name+">")) && (bytes.Contains(rest, []byte("<")) || !bytes.HasSuffix(rest, []byte("/>"))):
		return "its XML ends early"
	}
	return ""
}

// missingFrom names what AWS's page of the operation always gives and the answer lacks, "" when nothing. Each operation whose answer is
// read as an object has a row. A list is complete when it is empty, but where the call names what is to be listed.
func missingFrom(answer any) string {
	switch out := answer.(type) {
	case *ecr.CreateRepositoryOutput:
		return missing("repository", out.Repository == nil || aws.ToString(out.Repository.RepositoryArn) == "")
	case *ecr.GetAccountSettingOutput:
		return missing("value", aws.ToString(out.Value) == "")
	case *ecr.GetLifecyclePolicyOutput:
		return missing("lifecyclePolicyText", aws.ToString(out.LifecyclePolicyText) == "")
	case *ecr.GetRegistryPolicyOutput:
		return missing("policyText", aws.ToString(out.PolicyText) == "")
	case *ecr.GetRepositoryPolicyOutput:
		return missing("policyText", aws.ToString(out.PolicyText) == "")
	case *ec2.CreateSecurityGroupOutput:
		return missing("groupId", aws.ToString(out.GroupId) == "")
	case *ec2.CreateVpcEndpointOutput:
		return missing("vpcEndpoint", out.VpcEndpoint == nil || aws.ToString(out.VpcEndpoint.VpcEndpointId) == "")
	case *ec2.DescribeVpcAttributeOutput:
		return missing("attribute", out.EnableDnsHostnames == nil && out.EnableDnsSupport == nil)
	case *ec2.DescribeVpcsOutput:
		return missing("VPC", len(out.Vpcs) == 0)
	case *iam.CreateRoleOutput:
		return missing("Role", out.Role == nil || aws.ToString(out.Role.Arn) == "")
	case *iam.GetRoleOutput:
		return missing("Role", out.Role == nil || aws.ToString(out.Role.Arn) == "")
	case *iam.GetRolePolicyOutput:
		return missing("PolicyDocument", aws.ToString(out.PolicyDocument) == "")
	case *organizations.DescribeOrganizationOutput:
		return missing("Organization", out.Organization == nil || aws.ToString(out.Organization.Id) == "")
	case *organizations.DescribeOrganizationalUnitOutput:
		return missing("OrganizationalUnit", out.OrganizationalUnit == nil)
	case *sts.GetCallerIdentityOutput:
		return missing("Account", aws.ToString(out.Account) == "")
	}
	return ""
}

func missing(name string, isMissing bool) string {
	if isMissing {
		return name
	}
	return ""
}

// orEmpty gives what a pointer of an answer points at, and the zero value where AWS left it out. [missingFrom] says what it may not
// leave out.
func orEmpty[T any](pointer *T) T {
	if pointer == nil {
		return *new(T)
	}
	return *pointer
}

// deleted settles a delete whose answer wasn't AWS's: what it was about is read back. there says whether it is there still; that it
// isn't found may be its error. A delete of what isn't there is no error.
func deleted(err error, there func() (bool, error)) error {
	switch {
	case err == nil, IsNotFound(err):
		return nil
	case !isUndocumented(err):
		return err
	}
	switch is, failed := there(); {
	case IsNotFound(failed), failed == nil && !is:
		return nil
	case failed != nil:
		return fmt.Errorf("%w; whether it was deleted isn't known, since it can't be read: %w", err, failed)
	default:
		return err
	}
}
