// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"
)

const (
	// clockSkew is how far AWS lets a caller's clock be off:
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html.
	clockSkew = 5 * time.Minute

	// createTimeout bounds one attempt to create, which the caller's context does not.
	createTimeout = time.Minute
)

// NewRepository is a repository to create. An empty ImageTagMutability, EncryptionType or KMSKey leaves the choice to ECR.
type NewRepository struct {
	Name                         string
	ImageTagMutability           string
	ImageTagMutabilityExclusions []string
	EncryptionType, KMSKey       string
	ScanOnPush                   bool
	Tags                         map[string]string
}

// CreateRepository creates a repository in the caller's account, and gives it whenever this call has made it.
//
// ECR has no token that makes a create idempotent. An attempt is therefore not cut off by the end of ctx, only no other is
// begun; and when an answer was lost, the repository that exists is taken for this call's if it was made since the
// call began and is exactly what was asked for. Otherwise the error is [IsAlreadyExists], or [MayExist] when the repository can't be read.
// See https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html.
func (c *Clients) CreateRepository(ctx context.Context, region string, in NewRepository) (Repository, error) {
	c.listings.forget(in.Name)
	region, err := c.regionOf(region)
	if err != nil {
		return Repository{}, err
	}
	options, err := c.ecrOptions(ctx, region)
	if err != nil {
		return Repository{}, err
	}
	began := time.Now()
	patience := c.patience(options.Retryer)
	lost := false
	for {
		created, err := c.createOnce(ctx, region, in)
		if err == nil {
			return created, nil
		}
		if IsAlreadyExists(err) && !lost {
			return Repository{}, alreadyExists(region, in.Name, err)
		}
		if !IsAlreadyExists(err) {
			lost = lost || mayHaveReachedAWS(err)
			final := patience.wait(ctx, err, false)
			if final == nil {
				continue
			}
			if !lost {
				return Repository{}, final
			}
			err = final
		}
		return c.createdBefore(ctx, region, in, began, err)
	}
}

func (c *Clients) createOnce(ctx context.Context, region string, in NewRepository) (Repository, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), createTimeout)
	defer cancel()
	input := &ecr.CreateRepositoryInput{
		RepositoryName:                     &in.Name,
		ImageTagMutability:                 types.ImageTagMutability(in.ImageTagMutability),
		ImageTagMutabilityExclusionFilters: exclusionFilters(in.ImageTagMutabilityExclusions),
		ImageScanningConfiguration:         &types.ImageScanningConfiguration{ScanOnPush: in.ScanOnPush},
		Tags:                               sdkTags(in.Tags),
	}
	if in.EncryptionType != "" {
		input.EncryptionConfiguration = &types.EncryptionConfiguration{
			EncryptionType: types.EncryptionType(in.EncryptionType),
			KmsKey:         optional(in.KMSKey),
		}
	}
	var out *ecr.CreateRepositoryOutput
	err := c.ecrCall(ctx, region, func(client *ecr.Client) (err error) {
		out, err = client.CreateRepository(ctx, input, onlyOnce)
		return err
	})
	if err != nil {
		return Repository{}, err
	}
	return newRepository(orEmpty(out.Repository)), nil
}

// createdBefore looks for what an attempt with a lost answer may have made.
func (c *Clients) createdBefore(ctx context.Context, region string, in NewRepository, began time.Time, lost error) (Repository, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), createTimeout)
	defer cancel()
	details, err := c.describedWithTags(ctx, RepositoryKey{Region: region, Name: in.Name})
	switch {
	case IsNotFound(err):
		return Repository{}, lost
	case err != nil:
		return Repository{}, &unsettled{lost, err}
	case details.CreatedAt.Before(began.Add(-clockSkew)) || !in.equals(details):
		return Repository{}, alreadyExists(region, in.Name, lost)
	default:
		return details.Repository, nil
	}
}

func (c *Clients) describedWithTags(ctx context.Context, key RepositoryKey) (RepositoryDetails, error) {
	repository, err := c.Repository(ctx, key)
	if err != nil {
		return RepositoryDetails{}, err
	}
	tags, err := c.RepositoryTags(ctx, key, repository.ARN)
	return RepositoryDetails{Repository: repository, Tags: tags}, err
}

// equals says whether the repository is what was asked for, with ECR's defaults for what was left to it.
func (in NewRepository) equals(details RepositoryDetails) bool {
	return details.ImageTagMutability == firstOf(in.ImageTagMutability, string(types.ImageTagMutabilityMutable)) &&
		slices.Equal(slices.Sorted(slices.Values(details.ImageTagMutabilityExclusions)), slices.Sorted(slices.Values(in.ImageTagMutabilityExclusions))) &&
		details.EncryptionType == firstOf(in.EncryptionType, string(types.EncryptionTypeAes256)) &&
		(in.KMSKey == "" || details.KMSKey == in.KMSKey) &&
		details.ScanOnPush == in.ScanOnPush &&
		maps.Equal(details.Tags, in.Tags)
}

func alreadyExists(region, name string, err error) error {
	return fmt.Errorf("a repository %s exists in %s already; choose another name, or import it: %w", name, region, err)
}

// onlyOnce leaves the retries of a call to the caller.
func onlyOnce(o *ecr.Options) { o.Retryer = aws.NopRetryer{} }
