package hsds

import (
	"crypto/sha1"
	"fmt"
	"regexp"
	"strings"
)

// namespace is that of our UUIDs (RFC 9562), drawn at random. It never changes,
// or every ID would.
const namespace = "\x8b\x2f\x0d\x6e\x51\xc4\x4d\x0a\x9a\x37\x1e\x64\xf0\x2b\x7c\x95"

var uuidForm = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// uuid returns the UUID (version 5) of what the names lead to.
func uuid(names ...string) string {
	sum := sha1.Sum([]byte(namespace + strings.Join(names, "\x00")))
	sum[6] = sum[6]&0x0f | 0x50
	sum[8] = sum[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

// ServiceID returns the UUID of a service of ours.
func ServiceID(id string) string { return uuid("service", id) }

// OrganizationID returns the UUID of an organization of ours.
func OrganizationID(id string) string { return uuid("organization", id) }
