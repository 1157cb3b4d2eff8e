package article

import (
	"crypto/sha256"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// MaxURL is the longest address that is accepted, in bytes, as typed and as
// normalised. Longer ones are sessions or attacks, not articles.
const MaxURL = 2048

// NormalizeURL returns the one form under which a page is known: scheme and host in
// lower case, the host in punycode, without default port, fragment and tracking
// parameters ([Tracking]), dot segments resolved, escapes in upper case. Doing it
// twice changes nothing. "example.com/x" is read as https://example.com/x.
//
// Parsers disagree about odd addresses, and attackers live on that, so whatever is
// odd is refused instead of repaired: schemes other than http and https,
// credentials, backslashes, control characters, NUL even when escaped, escapes in
// the host, IPv6 zones, IP addresses in any spelling but the plain one. A plain
// private address passes here: who may be dialled is decided where it is dialled.
//
// The error is a *[ReadError] of kind [Refused].
func NormalizeURL(raw string) (string, error) { return normalize(raw, Tracking) }

// RequestURL does what [NormalizeURL] does but keeps tracking parameters. A redirect
// is followed to the address as the server gave it: one that only adds such a
// parameter would otherwise lead back to itself.
func RequestURL(raw string) (string, error) {
	return normalize(raw, func(string) bool { return false })
}

// normalize brings an address into one form without the parameters that drop names.
func normalize(raw string, drop func(string) bool) (string, error) {
	raw = strings.Trim(raw, " ")
	if err := checkText(raw); err != nil {
		return "", err
	}
	full, err := withScheme(raw)
	if err != nil {
		return "", err
	}
	scheme, rest, _ := strings.Cut(full, "://")
	scheme = strings.ToLower(scheme)
	rest, _, _ = strings.Cut(rest, "#")
	end := strings.IndexAny(rest, "/?")
	if end < 0 {
		end = len(rest)
	}
	host, err := normalizeAuthority(scheme, rest[:end])
	if err != nil {
		return "", err
	}
	path, query, _ := strings.Cut(rest[end:], "?")
	out := scheme + "://" + host + normalizePath(path)
	if query = normalizeQuery(query, drop); query != "" {
		out += "?" + query
	}
	if len(out) > MaxURL {
		return "", refuse("that address is too long; paste the article's plain link")
	}
	// The transport reads the address with net/url: both must see the same host.
	u, perr := url.Parse(out)
	if perr != nil || u.Host != host || u.User != nil {
		return "", refuse("that is not a web address Erratum can read; copy the link from the browser's address bar")
	}
	return out, nil
}

// refuse makes the error of an address that may not be fetched.
func refuse(reason string) error { return &ReadError{Problem: Refused, Reason: reason} }

// checkText refuses what no part of an address may hold.
func checkText(raw string) error {
	switch {
	case raw == "":
		return refuse("there is no address; paste the link of the article")
	case len(raw) > MaxURL:
		return refuse("that address is too long; paste the article's plain link")
	case !utf8.ValidString(raw):
		return refuse("that address is not valid text; copy the link again")
	case strings.ContainsRune(raw, '\\'):
		return refuse("that address holds a backslash; copy the link from the browser's address bar")
	case strings.Contains(raw, "%00") || strings.ContainsFunc(raw, isControl):
		return refuse("that address holds control characters; copy the link from the browser's address bar")
	default:
		return nil
	}
}

// isControl reports C0 and C1 controls, DEL, and the line separators.
func isControl(r rune) bool {
	return r < 0x20 || r >= 0x7f && r < 0xa0 || r == 0x2028 || r == 0x2029
}

// withScheme puts https:// before an address without scheme and refuses the schemes
// that are not of the web.
func withScheme(raw string) (string, error) {
	low := strings.ToLower(raw)
	if strings.HasPrefix(low, "http://") || strings.HasPrefix(low, "https://") {
		return raw, nil
	}
	head := raw
	if i := strings.IndexAny(raw, "/?#"); i >= 0 {
		head = raw[:i]
	}
	name, port, hasColon := strings.Cut(head, ":")
	if hasColon && !isDigits(port) {
		return "", refuse("Erratum reads http and https pages only; paste a link that starts with https://")
	}
	if !strings.Contains(strings.Trim(name, "."), ".") {
		return "", refuse("that is not a web address; paste the article's full link, starting with https://")
	}
	return "https://" + raw, nil
}

// isDigits reports whether s is one or more ASCII digits.
func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// normalizeAuthority returns host or host:port.
func normalizeAuthority(scheme, authority string) (string, error) {
	if strings.ContainsRune(authority, '@') {
		return "", refuse("that address holds a user name or password; paste the link without it")
	}
	if strings.ContainsRune(authority, '%') {
		return "", refuse("that address has an odd host name; copy the link from the browser's address bar")
	}
	host, port, err := splitPort(authority)
	if err != nil {
		return "", err
	}
	if strings.HasPrefix(host, "[") {
		host, err = normalizeIPv6(host)
	} else {
		host, err = normalizeHost(host)
	}
	if err != nil {
		return "", err
	}
	if port == "" || scheme == "http" && port == "80" || scheme == "https" && port == "443" {
		return host, nil
	}
	return host + ":" + port, nil
}

// splitPort cuts the port off an authority. An empty one counts as none.
func splitPort(authority string) (host, port string, err error) {
	i := strings.LastIndexByte(authority, ':')
	if i < 0 || strings.HasSuffix(authority, "]") {
		return authority, "", nil
	}
	host, port = authority[:i], authority[i+1:]
	if port == "" {
		return host, "", nil
	}
	n, perr := strconv.ParseUint(port, 10, 16)
	if perr != nil || n == 0 || port != strconv.FormatUint(n, 10) {
		return "", "", refuse("that address has an odd port; copy the link from the browser's address bar")
	}
	return host, port, nil
}

// normalizeIPv6 returns the canonical spelling of a bracketed IPv6 address. Those
// that only wrap an IPv4 address are refused: one address, one spelling.
func normalizeIPv6(host string) (string, error) {
	ip, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(host, "["), "]"))
	if err != nil || !strings.HasSuffix(host, "]") || !ip.Is6() || ip.Is4In6() || ip.Zone() != "" {
		return "", refuse("that address has an odd host; use the site's name")
	}
	return "[" + ip.String() + "]", nil
}

// normalizeHost returns a host name in lower-case punycode, or a plain IPv4 address.
func normalizeHost(host string) (string, error) {
	if host == "" {
		return "", refuse("that address names no site; paste the article's full link, starting with https://")
	}
	odd := refuse("that address has an odd host name; copy the link from the browser's address bar")
	name := strings.ToLower(strings.TrimSuffix(host, "."))
	if strings.Contains(name, "xn--") || strings.ContainsFunc(name, func(r rune) bool { return r >= utf8.RuneSelf }) {
		var err error
		if name, err = lookup().ToASCII(name); err != nil {
			return "", odd
		}
	}
	if name == "" || len(name) > 253 {
		return "", odd
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 || strings.Trim(label, hostBytes) != "" {
			return "", odd
		}
	}
	if !endsInNumber(name) {
		return name, nil
	}
	// 127.1, 0x7f.0.0.1, 2130706433 and digits of other scripts are addresses to
	// some resolvers and names to others; only the plain spelling may pass.
	if ip, err := netip.ParseAddr(host); err != nil || !ip.Is4() {
		return "", odd
	}
	return host, nil
}

// hostBytes may stand in a label; the underscore is no part of a host name by RFC
// 952 but is in use.
const hostBytes = "abcdefghijklmnopqrstuvwxyz0123456789-_"

// lookup is the mapping that browsers do (UTS 46, not transitional), without the
// hyphen rule, which refuses hosts in use.
func lookup() *idna.Profile {
	return idna.New(idna.MapForLookup(), idna.BidiRule(), idna.StrictDomainName(false), idna.CheckHyphens(false))
}

// endsInNumber is the WHATWG test for hosts that browsers read as IPv4 addresses.
func endsInNumber(host string) bool {
	last := host[strings.LastIndexByte(host, '.')+1:]
	if isDigits(last) {
		return true
	}
	hex, ok := strings.CutPrefix(last, "0x")
	return ok && strings.Trim(hex, "0123456789abcdef") == ""
}

// normalizePath brings escapes into one form (RFC 3986, 6.2.2: unreserved
// characters plain, hex digits in upper case) and resolves dot segments. Doubled
// and trailing slashes have meaning on some sites and stay.
func normalizePath(path string) string {
	path = escape(path, "!$&'()*+,;=:@/")
	if path == "" {
		return "/"
	}
	if !strings.Contains(path, "/.") {
		return path
	}
	segments := strings.Split(path[1:], "/")
	kept := make([]string, 0, len(segments))
	for i, s := range segments {
		switch s {
		case ".", "..":
			if s == ".." && len(kept) > 0 {
				kept = kept[:len(kept)-1]
			}
			if i == len(segments)-1 {
				kept = append(kept, "")
			}
		default:
			kept = append(kept, s)
		}
	}
	return "/" + strings.Join(kept, "/")
}

// normalizeQuery drops empty parameters and those named; the rest keeps its order
// and spelling but for characters that may not be sent.
func normalizeQuery(query string, drop func(string) bool) string {
	if query == "" {
		return ""
	}
	var kept []string
	for pair := range strings.SplitSeq(escape(query, "!$&'()*+,;=:@/?[]|{}^`"), "&") {
		name, _, _ := strings.Cut(pair, "=")
		if pair != "" && !drop(name) {
			kept = append(kept, pair)
		}
	}
	return strings.Join(kept, "&")
}

// escape percent-encodes all bytes but the unreserved ones, those in allowed and
// escapes that stand already. Escapes of unreserved characters are undone.
func escape(s, allowed string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' && i+2 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				c, i = byte(n), i+2
				if !isUnreserved(c) {
					b.Write([]byte{'%', hex[c>>4], hex[c&15]})
					continue
				}
			}
		}
		if isUnreserved(c) || strings.IndexByte(allowed, c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.Write([]byte{'%', hex[c>>4], hex[c&15]})
	}
	return b.String()
}

// isUnreserved reports the characters that mean the same escaped and plain.
func isUnreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
		c == '-' || c == '.' || c == '_' || c == '~'
}

// Tracking reports whether a query parameter only says how a reader came to the
// page. Names that are a content parameter somewhere (ref, source, mod, cmp) are
// not on the list: a parameter too many makes a second watch, one too few shows
// another article. The list is the common ground of the public ClearURLs, Brave
// and Firefox lists, and the outlets' own campaign names.
func Tracking(name string) bool {
	name = strings.ToLower(name)
	for _, prefix := range []string{"utm_", "mtm_", "piwik_", "hsa_", "at_custom", "guce_referrer", "_branch_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	switch name {
	case "fbclid", "fb_action_ids", "fb_action_types", "fb_source", "fb_ref", // Facebook
		"gclid", "gclsrc", "dclid", "gbraid", "wbraid", "srsltid", "_ga", "_gl", // Google
		"pk_campaign", "pk_kwd", "pk_keyword", "pk_source", "pk_medium", "pk_content", "pk_cid", // Matomo
		"msclkid", "yclid", "ysclid", "_openstat", // Microsoft, Yandex
		"twclid", "__twitter_impression", "ttclid", "igshid", "igsh", "li_fat_id", "epik", "rdt_cid", // social networks
		"mc_cid", "mc_eid", "mkt_tok", "vero_id", "vero_conv", "oly_anon_id", "oly_enc_id", // mailings
		"_hsenc", "_hsmi", "__hstc", "__hssc", "__hsfp", "hsctatracking", // HubSpot
		"wickedid", "rb_clickid", "s_kwcid", "ef_id", "irclickid", "irgwc", "unicorn_click_id", "dicbo", // advertising
		"at_medium", "at_campaign", "at_link_id", "at_link_type", "at_link_origin", "at_format", "at_ptr_name", "at_bbc_team", "xtor", // AT Internet
		"ns_source", "ns_mchannel", "ns_campaign", "ns_linkname", "ns_fee", // Comscore
		"wt.mc_id", "wt_mc", "wt_zmc", "cmpid", "ocid", "ito", "ftag", "guccounter", "echobox":
		return true
	default:
		return false
	}
}

// ID is the short name of an article: 13 lower-case base32 characters (65 bits) of
// the SHA-256 of its normalised URL.
func ID(normalized string) string {
	sum := sha256.Sum256([]byte(normalized))
	return encode(sum[:9])[:13]
}

// Host returns the host of a normalised URL without port and brackets; a bare host
// is returned as it is.
func Host(normalized string) string {
	_, rest, ok := strings.Cut(normalized, "://")
	if !ok {
		rest = normalized
	}
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[:i]
	}
	if v6, ok := strings.CutPrefix(rest, "["); ok {
		v6, _, _ = strings.Cut(v6, "]")
		return v6
	}
	if strings.Count(rest, ":") == 1 {
		rest, _, _ = strings.Cut(rest, ":")
	}
	return rest
}

// SameDomain reports whether two normalised URLs (or hosts) belong to one
// registrable domain by the public suffix list: www.news.example and
// news.example do, a.github.io and b.github.io do not. IP addresses and names
// without a registrable domain are their own.
func SameDomain(a, b string) bool {
	a, b = Host(a), Host(b)
	if a == "" || b == "" {
		return false
	}
	if a == b {
		return true
	}
	da, db := registrable(a), registrable(b)
	return da != "" && da == db
}

// registrable returns the registrable domain of a host, or "".
func registrable(host string) string {
	if _, err := netip.ParseAddr(host); err == nil {
		return ""
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return ""
	}
	return domain
}
