package watch

import (
	"context"
	"errors"

	"erratum/internal/article"
)

// claimed reads the page that another calls its own address. Any page may claim to be any
// other: the claim counts within one domain only, and when the other page has the same
// headline and does not send elsewhere itself; else nil. The error says that the other
// page could not be read.
func (c *Checker) claimed(ctx context.Context, r *article.Reading) (*article.Reading, error) {
	own := r.Article.CanonicalURL
	if own == "" || own == r.URL || !article.SameDomain(own, r.URL) {
		return nil, nil
	}
	if err := pause(ctx, min(c.opts.Timings.HostSpacing, c.opts.Timings.Patience)); err != nil {
		return nil, err
	}
	other, err := c.readable(ctx, article.Request{URL: own, Rendered: r.Rendered})
	if err != nil {
		return nil, err
	}
	if headlineKey(other.Article) != headlineKey(r.Article) || headlineKey(other.Article) == "" {
		return nil, nil
	}
	if claim := other.Article.CanonicalURL; claim != "" && claim != own {
		return nil, nil
	}
	if other.URL == "" {
		other.URL = own
	}
	return other, nil
}

// followClaim takes a page that calls another address its own for moved there, when that
// page agrees. Each claim is looked into once, and again only when nobody answered.
func (c *Checker) followClaim(ctx context.Context, st State, seen *look) error {
	r := seen.reading
	if r == nil || r.NotModified || r.Article == nil || r.Verdict != article.OK || r.MovedTo != "" || st.Last == 0 || r.Article.CanonicalURL == st.Claim {
		return nil
	}
	from := *r
	from.URL = st.URL
	limited, cancel := context.WithTimeout(ctx, c.opts.Timings.Lease/8)
	defer cancel()
	other, err := c.claimed(limited, &from)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var bad *article.ReadError
	seen.unclaimed = err != nil && (!errors.As(err, &bad) || bad.Problem == article.Unreachable || bad.Problem == article.RateLimited)
	if other != nil {
		from.URL, from.MovedTo = r.URL, r.Article.CanonicalURL
		seen.reading = &from
	}
	return nil
}
