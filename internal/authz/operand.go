// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// operand is a value of a condition that is more than text, with how the request's value should stand to it.
type operand struct {
	kind     valueKind
	relation relation
	number   float64
	date     time.Time
	prefix   netip.Prefix
	bytes    []byte
	// open says that the value isn't known yet.
	open bool
}

type valueKind uint8

const (
	noOperand valueKind = iota
	numberOperand
	dateOperand
	addressOperand
	binaryOperand
)

type relation uint8

const (
	equalTo relation = iota
	lessThan
	lessThanOrEqualTo
	greaterThan
	greaterThanOrEqualTo
)

func (k valueKind) article() string {
	switch k {
	case numberOperand:
		return "a number"
	case dateOperand:
		return "a date of ISO 8601 or the seconds since 1970"
	case addressOperand:
		return "an IP address or range"
	default:
		return "base64"
	}
}

// newOperand reads a value; the kind is noOperand when it isn't one.
func newOperand(kind valueKind, text string) operand {
	o := operand{kind: kind, open: strings.Contains(text, UnknownValue)}
	ok := true
	switch {
	case o.open:
	case kind == numberOperand:
		o.number, ok = parseNumber(text)
	case kind == dateOperand:
		o.date, ok = parseDate(text)
	case kind == addressOperand:
		o.prefix, ok = parseAddress(text)
	case kind == binaryOperand:
		decoded, err := base64.StdEncoding.DecodeString(text)
		o.bytes, ok = decoded, err == nil
	}
	if !ok {
		return operand{}
	}
	return o
}

// matches says whether the request's value stands to the operand as the operator asks. What can't be read on either side
// can't be told.
func (o *operand) matches(text string) truth {
	if _, open := cutUnknown(text); open || o.open || o.kind == noOperand {
		return maybe
	}
	value := newOperand(o.kind, text)
	switch value.kind {
	case numberOperand:
		return o.holds(cmp.Compare(value.number, o.number))
	case dateOperand:
		return o.holds(value.date.Compare(o.date))
	case addressOperand:
		return truthOf(o.prefix.Bits() <= value.prefix.Bits() && o.prefix.Contains(value.prefix.Addr()))
	case binaryOperand:
		return truthOf(bytes.Equal(value.bytes, o.bytes))
	default:
		return maybe
	}
}

func (o *operand) holds(order int) truth {
	switch o.relation {
	case lessThan:
		return truthOf(order < 0)
	case lessThanOrEqualTo:
		return truthOf(order <= 0)
	case greaterThan:
		return truthOf(order > 0)
	case greaterThanOrEqualTo:
		return truthOf(order >= 0)
	default:
		return truthOf(order == 0)
	}
}

func parseNumber(text string) (float64, bool) {
	if text == "" || strings.Trim(text, "+-.0123456789eE") != "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil
}

// parseDate reads the W3C forms of ISO 8601, and seconds since 1970 (IAM User Guide,
// reference_policies_elements_condition_operators, on dates). Four digits are a year.
func parseDate(text string) (time.Time, bool) {
	if len(text) != len("2006") && strings.Trim(text, "-0123456789") == "" {
		if seconds, err := strconv.ParseInt(text, 10, 64); err == nil {
			return time.Unix(seconds, 0), true
		}
	}
	for _, layout := range [...]string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02", "2006-01", "2006"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// parseAddress reads an address or a range; an address is a range of one.
func parseAddress(text string) (netip.Prefix, bool) {
	if !strings.Contains(text, "/") {
		a, err := netip.ParseAddr(text)
		if err != nil || a.Zone() != "" {
			return netip.Prefix{}, false
		}
		return netip.PrefixFrom(a, a.BitLen()), true
	}
	p, err := netip.ParsePrefix(text)
	return p, err == nil
}
