package fetch

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"erratum/internal/article"
)

// redirect is where a server points instead of answering.
type redirect struct {
	to        string
	status    int
	permanent bool
}

// isRedirect reports whether an answer only points elsewhere.
func isRedirect(resp *http.Response) bool {
	switch resp.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	default:
		return false
	}
}

// readRedirect checks where an answer points, as strictly as an address that a user
// types.
//
// A step from https to http is followed within one registrable domain only, where
// the site itself has decided so, and is never permanent: the next check starts at
// https again.
func readRedirect(resp *http.Response, at string) (*redirect, error) {
	location := resp.Header.Get("Location")
	if location == "" {
		return nil, unreachable(resp.StatusCode, "the site sends Erratum elsewhere without saying where", nil)
	}
	to, err := resolve(at, location)
	if err != nil {
		return nil, &article.ReadError{Problem: article.Refused, Status: resp.StatusCode, Err: err,
			Reason: "the page redirects to an address that Erratum may not read; watch the page it really stands on"}
	}
	downgrade := strings.HasPrefix(at, "https://") && strings.HasPrefix(to, "http://")
	if downgrade && !article.SameDomain(at, to) {
		return nil, &article.ReadError{Problem: article.Refused, Status: resp.StatusCode,
			Reason: "the page redirects from https to another site without encryption; watch the page it really stands on"}
	}
	permanent := resp.StatusCode == http.StatusMovedPermanently || resp.StatusCode == http.StatusPermanentRedirect
	return &redirect{to: to, status: resp.StatusCode, permanent: permanent && !downgrade}, nil
}

// resolve makes a Location absolute.
func resolve(at, location string) (string, error) {
	location = strings.Trim(location, " \t")
	if !utf8.ValidString(location) {
		location = escapeBytes(location)
	}
	low := strings.ToLower(location)
	if strings.HasPrefix(low, "http://") || strings.HasPrefix(low, "https://") || strings.ContainsAny(location, "\\\t") {
		return article.RequestURL(location)
	}
	base, err := url.Parse(at)
	if err != nil {
		return "", err
	}
	ref, err := base.Parse(location)
	if err != nil {
		return "", err
	}
	return article.RequestURL(ref.String())
}

// escapeBytes percent-encodes bytes beyond ASCII, as servers write them raw in
// charsets of their own.
func escapeBytes(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if s[i] < utf8.RuneSelf {
			b.WriteByte(s[i])
			continue
		}
		b.WriteString("%" + strings.ToUpper(strconv.FormatUint(uint64(s[i]), 16)))
	}
	return b.String()
}

// sameAuthority reports whether two normalised addresses are of one scheme, host
// and port.
func sameAuthority(a, b string) bool {
	return authority(a) == authority(b)
}

// authority returns scheme, host and port of a normalised address.
func authority(s string) string {
	scheme, rest, _ := strings.Cut(s, "://")
	host, _, _ := strings.Cut(rest, "/")
	return scheme + "://" + host
}
