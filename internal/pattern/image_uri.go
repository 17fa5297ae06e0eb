// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// ImageURI is the address of an image, or of a repository, in a private registry, taken apart.
type ImageURI struct {
	// Host is the registry's host name: everything before the first slash.
	Host string
	// RegistryID is the id of the account that owns the registry.
	RegistryID string
	Region     string
	// Partition is the partition of Region, such as "aws-us-gov".
	Partition string
	// DNSSuffix is what follows the Region in the host name: "amazonaws.com", "amazonaws.com.cn", "on.aws".
	DNSSuffix string
	// FIPS is true for the hosts with FIPS 140-3 cryptography: "dkr.ecr-fips" and "dkr-ecr-fips".
	FIPS bool
	// DualStack is true for the hosts that are reached by IPv6 too: "dkr-ecr" and "dkr-ecr-fips".
	DualStack  bool
	Repository string
	// Tag is "" when the URI has none.
	Tag string
	// Digest is "sha256:" and 64 hexadecimal digits, or "" when the URI has none.
	Digest string
}

// RepositoryARN gives the ARN of the repository that the image is in.
func (u ImageURI) RepositoryARN() string {
	return fmt.Sprintf("arn:%s:ecr:%s:%s:repository/%s", u.Partition, u.Region, u.RegistryID, u.Repository)
}

var (
	uriScheme    = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*://`)
	registryHost = regexp.MustCompile(`^([^.]+)\.(dkr\.ecr|dkr\.ecr-fips|dkr-ecr|dkr-ecr-fips)\.([^.]+)\.(.+)$`)
	imageTag     = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]*$`)
	imageDigest  = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
	// repositoryName is the expression of CreateRepository's repositoryName, without its bounds of 2 and 256 characters.
	repositoryName = regexp.MustCompile(
		`^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$`)
)

// ParseImageURI takes apart the address of an image in a private ECR registry: HOST/REPOSITORY, then optionally :TAG,
// @DIGEST or both. It knows the IPv4, dual-stack and FIPS hosts of every partition. The error says what is wrong and what
// to write instead. It follows "Making requests to Amazon ECR registries" of the ECR User Guide.
func ParseImageURI(uri string) (ImageURI, error) {
	if scheme := uriScheme.FindString(uri); scheme != "" {
		return ImageURI{}, fmt.Errorf("an image URI has no %q: write %q", scheme, strings.TrimPrefix(uri, scheme))
	}
	host, rest, _ := strings.Cut(uri, "/")
	image, err := parseRegistryHost(host)
	if err != nil {
		return ImageURI{}, err
	}
	rest, digest, hasDigest := strings.Cut(rest, "@")
	if hasDigest && !imageDigest.MatchString(digest) {
		return ImageURI{}, fmt.Errorf("%q is not an image digest: write \"sha256:\" and 64 lower-case hexadecimal digits", digest)
	}
	repository, tag, hasTag := strings.Cut(rest, ":")
	if hasTag && (len(tag) > 128 || !imageTag.MatchString(tag)) {
		return ImageURI{}, fmt.Errorf("%q is not an image tag: write 1 to 128 letters, digits, _, . or -, "+
			"the first one no . and no -", tag)
	}
	if err := validateRepositoryName(repository); err != nil {
		return ImageURI{}, err
	}
	image.Repository, image.Tag, image.Digest = repository, tag, digest
	return image, nil
}

func parseRegistryHost(host string) (ImageURI, error) {
	if host == "public.ecr.aws" || host == "ecr-public.aws.com" {
		return ImageURI{}, fmt.Errorf("%q is the registry of ECR Public, which has no account and no Region: "+
			"give the URI of an image in a private registry", host)
	}
	parts := registryHost.FindStringSubmatch(host)
	if parts == nil {
		return ImageURI{}, fmt.Errorf("%q is not the host of a private ECR registry: write ACCOUNT.dkr.ecr.REGION.amazonaws.com, "+
			"for example \"111111111111.dkr.ecr.eu-west-1.amazonaws.com\"", host)
	}
	account, kind, region, suffix := parts[1], parts[2], parts[3], parts[4]
	if err := ValidateAccountID(account); err != nil {
		return ImageURI{}, fmt.Errorf("in the host %q: %w", host, err)
	}
	partition, ok := PartitionOfRegion(region)
	if !ok {
		return ImageURI{}, fmt.Errorf("in the host %q: %q is not an AWS Region", host, region)
	}
	dualStack := strings.HasPrefix(kind, "dkr-")
	want := partition.DNSSuffix
	if dualStack {
		want = partition.DualStackDNSSuffix
	}
	if suffix != want {
		return ImageURI{}, fmt.Errorf("the host %q ends wrong: in Region %s write \"%s.%s.%s.%s\"",
			host, region, account, kind, region, want)
	}
	return ImageURI{
		Host:       host,
		RegistryID: account,
		Region:     region,
		Partition:  partition.Name,
		DNSSuffix:  suffix,
		FIPS:       strings.HasSuffix(kind, "-fips"),
		DualStack:  dualStack,
	}, nil
}

func validateRepositoryName(name string) error {
	switch {
	case name == "":
		return errors.New("the URI names no repository: write HOST/REPOSITORY, then :TAG or @DIGEST if it is about one image")
	case len(name) < 2 || len(name) > 256:
		return fmt.Errorf("the repository name %q has %d characters: ECR takes 2 to 256", name, len(name))
	case !repositoryName.MatchString(name):
		return fmt.Errorf("%q is not the name of an ECR repository: write lower-case letters and digits, "+
			"parted by one ., by _ or __, by - or by /", name)
	}
	return nil
}
