// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/aws/aws-sdk-go-v2/config"
)

// Region is the provider's default Region as the SDK resolves it: the argument, else AWS_REGION or AWS_DEFAULT_REGION, else the
// profile's in the shared configuration files. It is "" when there is none. It needs no credentials and no network.
// See https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html.
func (c *Clients) Region() string { return c.region() }

func (cfg Config) resolveRegion() string {
	if cfg.Region != "" {
		return cfg.Region
	}
	env, err := config.NewEnvConfig()
	if err != nil {
		return ""
	}
	if env.Region != "" {
		return env.Region
	}
	profile := firstOf(cfg.Profile, env.SharedConfigProfile, "default")
	shared, err := config.LoadSharedConfigProfile(context.Background(), profile, func(o *config.LoadSharedConfigOptions) {
		o.ConfigFiles = files(cfg.SharedConfigFiles, env.SharedConfigFile)
		o.CredentialsFiles = files(cfg.SharedCredentialsFiles, env.SharedCredentialsFile)
	})
	if err != nil { // the same files are read again, and the error reported, when the credentials are resolved
		return ""
	}
	return shared.Region
}

// ErrNoRegion is the error of a call that has no Region: neither its own nor the provider's.
var ErrNoRegion = errors.New("no AWS Region: set region in the resource or in the provider, or AWS_REGION")

// AcceptsRegion says whether a call to the Region may be made: AWS has it, or the provider doesn't validate Regions.
func (c *Clients) AcceptsRegion(region string) bool {
	return c.config.SkipRegionValidation || ListedRegion(region)
}

// regionOf is the Region of a call: the one asked for, else the provider's.
func (c *Clients) regionOf(region string) (string, error) {
	region = firstOf(region, c.Region())
	switch {
	case region == "":
		return "", ErrNoRegion
	case !c.AcceptsRegion(region):
		return "", fmt.Errorf("%q is not an AWS Region: write one such as eu-west-1, or set skip_region_validation in the provider", region)
	default:
		return region, nil
	}
}

// files are the paths of an argument, else the environment's; nil leaves the choice to the SDK.
func files(argument []string, environment string) []string {
	var paths []string
	for _, path := range argument {
		path = os.ExpandEnv(path)
		if rest, ok := strings.CutPrefix(path, "~"); ok {
			if home, err := os.UserHomeDir(); err == nil {
				path = filepath.Join(home, rest)
			}
		}
		paths = append(paths, path)
	}
	if paths == nil && environment != "" {
		return []string{environment}
	}
	return paths
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
