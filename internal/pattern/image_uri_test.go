// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

const digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

func TestParseImageURI(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		uri  string
		want pattern.ImageURI
		arn  string
	}{
		"tag": {
			uri: "111111111111.dkr.ecr.eu-west-1.amazonaws.com/team/app:1.2.3",
			want: pattern.ImageURI{
				Host: "111111111111.dkr.ecr.eu-west-1.amazonaws.com", RegistryID: "111111111111", Region: "eu-west-1",
				Partition: "aws", DNSSuffix: "amazonaws.com", Repository: "team/app", Tag: "1.2.3",
			},
			arn: "arn:aws:ecr:eu-west-1:111111111111:repository/team/app",
		},
		"digest, FIPS, GovCloud": {
			uri: "012345678901.dkr.ecr-fips.us-gov-west-1.amazonaws.com/app@" + digest,
			want: pattern.ImageURI{
				Host: "012345678901.dkr.ecr-fips.us-gov-west-1.amazonaws.com", RegistryID: "012345678901", Region: "us-gov-west-1",
				Partition: "aws-us-gov", DNSSuffix: "amazonaws.com", FIPS: true, Repository: "app", Digest: digest,
			},
			arn: "arn:aws-us-gov:ecr:us-gov-west-1:012345678901:repository/app",
		},
		"tag and digest, dual-stack": {
			uri: "111111111111.dkr-ecr.us-west-2.on.aws/a__b/c--d.e:_x@" + digest,
			want: pattern.ImageURI{
				Host: "111111111111.dkr-ecr.us-west-2.on.aws", RegistryID: "111111111111", Region: "us-west-2",
				Partition: "aws", DNSSuffix: "on.aws", DualStack: true, Repository: "a__b/c--d.e", Tag: "_x", Digest: digest,
			},
			arn: "arn:aws:ecr:us-west-2:111111111111:repository/a__b/c--d.e",
		},
		"repository only, dual-stack FIPS": {
			uri: "111111111111.dkr-ecr-fips.us-east-1.on.aws/app",
			want: pattern.ImageURI{
				Host: "111111111111.dkr-ecr-fips.us-east-1.on.aws", RegistryID: "111111111111", Region: "us-east-1",
				Partition: "aws", DNSSuffix: "on.aws", FIPS: true, DualStack: true, Repository: "app",
			},
			arn: "arn:aws:ecr:us-east-1:111111111111:repository/app",
		},
		"China": {
			uri: "111111111111.dkr.ecr.cn-north-1.amazonaws.com.cn/app:v1",
			want: pattern.ImageURI{
				Host: "111111111111.dkr.ecr.cn-north-1.amazonaws.com.cn", RegistryID: "111111111111", Region: "cn-north-1",
				Partition: "aws-cn", DNSSuffix: "amazonaws.com.cn", Repository: "app", Tag: "v1",
			},
			arn: "arn:aws-cn:ecr:cn-north-1:111111111111:repository/app",
		},
		"China, dual-stack": {
			uri: "111111111111.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn/app:v1",
			want: pattern.ImageURI{
				Host: "111111111111.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn", RegistryID: "111111111111", Region: "cn-north-1",
				Partition: "aws-cn", DNSSuffix: "on.amazonwebservices.com.cn", DualStack: true, Repository: "app", Tag: "v1",
			},
			arn: "arn:aws-cn:ecr:cn-north-1:111111111111:repository/app",
		},
		"ISO": {
			uri: "111111111111.dkr.ecr.us-iso-east-1.c2s.ic.gov/app",
			want: pattern.ImageURI{
				Host: "111111111111.dkr.ecr.us-iso-east-1.c2s.ic.gov", RegistryID: "111111111111", Region: "us-iso-east-1",
				Partition: "aws-iso", DNSSuffix: "c2s.ic.gov", Repository: "app",
			},
			arn: "arn:aws-iso:ecr:us-iso-east-1:111111111111:repository/app",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := pattern.ParseImageURI(tc.uri)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
			if arn := got.RepositoryARN(); arn != tc.arn {
				t.Errorf("RepositoryARN: got %q, want %q", arn, tc.arn)
			}
		})
	}
}

func TestParseImageURIErrors(t *testing.T) {
	t.Parallel()
	const host = "111111111111.dkr.ecr.eu-west-1.amazonaws.com"
	for name, tc := range map[string]struct{ uri, want string }{
		"scheme":             {"https://" + host + "/app:1", `has no "https://": write "` + host + `/app:1"`},
		"Helm's scheme":      {"oci://" + host + "/app:1", `has no "oci://"`},
		"empty":              {"", `"" is not the host`},
		"Docker Hub":         {"nginx:latest", `"nginx:latest" is not the host`},
		"ECR Public":         {"public.ecr.aws/nginx/nginx:1", "ECR Public"},
		"no ecr label":       {"111111111111.dkr.eu-west-1.amazonaws.com/app", "write ACCOUNT.dkr.ecr.REGION.amazonaws.com"},
		"port":               {host + ":443/app", "ends wrong"},
		"ten digits":         {"1234567890.dkr.ecr.eu-west-1.amazonaws.com/app", `"1234567890" is not an AWS account id`},
		"no Region":          {"111111111111.dkr.ecr.region.amazonaws.com/app", `"region" is not an AWS Region`},
		"China's suffix":     {"111111111111.dkr.ecr.cn-north-1.amazonaws.com/app", `write "111111111111.dkr.ecr.cn-north-1.amazonaws.com.cn"`},
		"dual-stack suffix":  {"111111111111.dkr-ecr.eu-west-1.amazonaws.com/app", `write "111111111111.dkr-ecr.eu-west-1.on.aws"`},
		"no repository":      {host, "names no repository"},
		"only a tag":         {host + "/:1", "names no repository"},
		"short repository":   {host + "/a:1", "has 1 characters"},
		"long repository":    {host + "/" + strings.Repeat("a", 257), "has 257 characters"},
		"upper-case":         {host + "/App:1", `"App" is not the name of an ECR repository`},
		"two dots":           {host + "/a..b:1", `"a..b" is not the name`},
		"slash at the end":   {host + "/app/:1", `"app/" is not the name`},
		"empty tag":          {host + "/app:", `"" is not an image tag`},
		"tag with a colon":   {host + "/app:1:2", `"1:2" is not an image tag`},
		"tag with a slash":   {host + "/app:1/b", `"1/b" is not an image tag`},
		"long tag":           {host + "/app:" + strings.Repeat("a", 129), "is not an image tag"},
		"empty digest":       {host + "/app@", `"" is not an image digest`},
		"short digest":       {host + "/app@sha256:0123", `"sha256:0123" is not an image digest`},
		"tag behind digest":  {host + "/app@" + digest + ":1", "is not an image digest"},
		"upper-case digest":  {host + "/app@" + strings.ToUpper(digest), "is not an image digest"},
		"other FIPS account": {"a.b.dkr.ecr-fips.us-east-1.amazonaws.com/app", "is not the host"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := pattern.ParseImageURI(tc.uri)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got error %v, want one with %q", err, tc.want)
			}
			if got != (pattern.ImageURI{}) {
				t.Errorf("got %v beside the error", got)
			}
		})
	}
}
