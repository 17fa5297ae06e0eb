// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"
)

// RepositoryKey names a repository. Region "" is the provider's, RegistryID "" the caller's account.
type RepositoryKey struct {
	Region, RegistryID, Name string
}

// Repository is a repository as ECR describes it.
// See https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_Repository.html.
type Repository struct {
	ARN, RegistryID, Name, URI   string
	ImageTagMutability           string
	ImageTagMutabilityExclusions []string
	EncryptionType, KMSKey       string
	ScanOnPush                   bool
	CreatedAt                    time.Time
}

// RepositoryDetails is all that ECR holds about a repository, apart from its images.
type RepositoryDetails struct {
	Repository

	Policy          string // "" when there is none
	LifecyclePolicy string // "" when there is none
	Tags            map[string]string
}

// Repository describes a repository, in one call with those that are asked for at the same time.
// See https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRepositories.html.
func (c *Clients) Repository(ctx context.Context, key RepositoryKey) (Repository, error) {
	region, err := c.regionOf(key.Region)
	if err != nil {
		return Repository{}, err
	}
	of := registry{region: region, id: key.RegistryID}
	if repository, ok := c.listings.load(ctx, of, key.Name); ok {
		return repository, nil
	}
	return c.descriptions.load(ctx, of, key.Name)
}

// RepositoryDetails reads description, policy, lifecycle policy and tags concurrently. Tags are asked for by ARN: with arn ""
// they wait for the description. When several reads fail, the error is the first one's, in the order of these words.
func (c *Clients) RepositoryDetails(ctx context.Context, key RepositoryKey, arn string) (RepositoryDetails, error) {
	var details RepositoryDetails
	reads := []func() error{
		func() (err error) {
			details.Repository, err = c.Repository(ctx, key)
			if err == nil && arn == "" {
				details.Tags, err = c.RepositoryTags(ctx, key, details.ARN)
			}
			return err
		},
		func() (err error) { details.Policy, err = c.RepositoryPolicy(ctx, key); return err },
		func() (err error) { details.LifecyclePolicy, err = c.LifecyclePolicy(ctx, key); return err },
	}
	if arn != "" {
		reads = append(reads, func() (err error) { details.Tags, err = c.RepositoryTags(ctx, key, arn); return err })
	}

	errs := make([]error, len(reads))
	var all sync.WaitGroup
	for i, read := range reads {
		all.Go(func() { errs[i] = read() })
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return RepositoryDetails{}, err
		}
	}
	return details, nil
}

// PutImageTagMutability sets the tag mutability and its exclusion filters, which are wildcards.
// See https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImageTagMutability.html.
func (c *Clients) PutImageTagMutability(ctx context.Context, key RepositoryKey, mutability string, exclusions []string) error {
	defer c.listings.forget(key.Name)
	return c.ecrCall(ctx, key.Region, func(client *ecr.Client) error {
		_, err := client.PutImageTagMutability(ctx, &ecr.PutImageTagMutabilityInput{
			RegistryId:                         optional(key.RegistryID),
			RepositoryName:                     &key.Name,
			ImageTagMutability:                 types.ImageTagMutability(mutability),
			ImageTagMutabilityExclusionFilters: exclusionFilters(exclusions),
		})
		return err
	})
}

// PutImageScanning sets whether images are scanned when they are pushed.
// See https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImageScanningConfiguration.html.
func (c *Clients) PutImageScanning(ctx context.Context, key RepositoryKey, scanOnPush bool) error {
	defer c.listings.forget(key.Name)
	return c.ecrCall(ctx, key.Region, func(client *ecr.Client) error {
		_, err := client.PutImageScanningConfiguration(ctx, &ecr.PutImageScanningConfigurationInput{
			RegistryId:                 optional(key.RegistryID),
			RepositoryName:             &key.Name,
			ImageScanningConfiguration: &types.ImageScanningConfiguration{ScanOnPush: scanOnPush},
		})
		return err
	})
}

// DeleteRepository deletes a repository; with force, its images too. A repository that isn't there is no error;
// one that holds images is ([IsNotEmpty]).
// See https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepository.html.
func (c *Clients) DeleteRepository(ctx context.Context, key RepositoryKey, force bool) error {
	c.listings.forget(key.Name)
	err := c.ecrCall(ctx, key.Region, func(client *ecr.Client) error {
		_, err := client.DeleteRepository(ctx, &ecr.DeleteRepositoryInput{
			RegistryId:     optional(key.RegistryID),
			RepositoryName: &key.Name,
			Force:          force,
		})
		return err
	})
	return deleted(err, func() (bool, error) {
		_, err := c.Repository(ctx, key)
		return true, err
	})
}

func newRepository(r types.Repository) Repository {
	repository := Repository{
		ARN:                aws.ToString(r.RepositoryArn),
		RegistryID:         aws.ToString(r.RegistryId),
		Name:               aws.ToString(r.RepositoryName),
		URI:                aws.ToString(r.RepositoryUri),
		ImageTagMutability: string(r.ImageTagMutability),
		EncryptionType:     string(types.EncryptionTypeAes256), // what ECR does when it doesn't say
		CreatedAt:          aws.ToTime(r.CreatedAt),
	}
	for _, filter := range r.ImageTagMutabilityExclusionFilters {
		repository.ImageTagMutabilityExclusions = append(repository.ImageTagMutabilityExclusions, aws.ToString(filter.Filter))
	}
	if encryption := r.EncryptionConfiguration; encryption != nil {
		repository.EncryptionType, repository.KMSKey = string(encryption.EncryptionType), aws.ToString(encryption.KmsKey)
	}
	if scanning := r.ImageScanningConfiguration; scanning != nil {
		repository.ScanOnPush = scanning.ScanOnPush
	}
	return repository
}

func exclusionFilters(exclusions []string) []types.ImageTagMutabilityExclusionFilter {
	var filters []types.ImageTagMutabilityExclusionFilter
	for _, exclusion := range exclusions {
		filters = append(filters, types.ImageTagMutabilityExclusionFilter{
			Filter:     &exclusion,
			FilterType: types.ImageTagMutabilityExclusionFilterTypeWildcard,
		})
	}
	return filters
}

// optional leaves an empty string out of a request.
func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
