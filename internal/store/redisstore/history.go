package redisstore

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/cespare/xxhash/v2"
	"github.com/redis/go-redis/v9"

	"erratum/internal/article"
	"erratum/internal/mute"
	"erratum/internal/report"
	"erratum/internal/store/pack"
	"erratum/internal/watch"
)

// stored is a revision as it is stored: whether it is a keyframe, the xxhash of its
// text's JSON, its metadata, and the text: a keyframe, or a delta that has the text
// of the revision before as dictionary.
type stored struct {
	key  bool
	hash uint64
	meta []byte
	body []byte
}

func (r stored) bytes() []byte {
	out := make([]byte, 0, len(r.meta)+len(r.body)+14)
	out = append(out, 0)
	if r.key {
		out[0] = 1
	}
	out = binary.LittleEndian.AppendUint64(out, r.hash)
	out = binary.AppendUvarint(out, uint64(len(r.meta)))
	return append(append(out, r.meta...), r.body...)
}

func parseStored(b []byte) (r stored, err error) {
	if len(b) < 10 {
		return r, errors.New("it is too short")
	}
	r.key, r.hash = b[0] == 1, binary.LittleEndian.Uint64(b[1:])
	n, used := binary.Uvarint(b[9:])
	if used <= 0 || n > uint64(len(b)-9-used) {
		return r, errors.New("it is cut off")
	}
	b = b[9+used:]
	r.meta, r.body = b[:n], b[n:]
	return r, nil
}

// packRevision makes the stored form of the revision that follows the newest one.
func (s *Store) packRevision(ctx context.Context, a *reading, r article.Revision) ([]byte, error) {
	text, err := json.Marshal(r.Article)
	if err != nil {
		return nil, err
	}
	out := stored{key: (r.Number-1)%pack.KeyframeEvery == 0, hash: xxhash.Sum64(text)}
	if out.key {
		out.body, err = pack.Keyframe(text)
	} else {
		var old []byte
		if old, _, err = s.textOf(ctx, a.record, r.Number-1, a.chain); err != nil {
			return nil, err
		}
		out.body, err = pack.Delta(old, text)
	}
	if err != nil {
		return nil, fmt.Errorf("compress revision %d: %w", r.Number, err)
	}
	r.Article, r.Number = nil, 0 // they stand beside it
	if out.meta, err = s.pack.JSON(r); err != nil {
		return nil, err
	}
	return out.bytes(), nil
}

// numbers are the fields of revisions, from 1 at the earliest.
func numbers(from, to int) (out []string) {
	for n := max(from, 1); n <= to; n++ {
		out = append(out, strconv.Itoa(n))
	}
	return out
}

// blobs are the values that were there; the others are nil.
func blobs(values []any) [][]byte {
	out := make([][]byte, len(values))
	for i, v := range values {
		if v, ok := v.(string); ok {
			out[i] = []byte(v)
		}
	}
	return out
}

// revisions reads stored revisions; what is not there is nil.
func (s *Store) revisions(ctx context.Context, r record, from, to int) ([][]byte, error) {
	fields := numbers(from, to)
	if len(fields) == 0 {
		return nil, nil
	}
	values, err := s.db.HMGet(ctx, s.key(r.shard, "r", r.id), fields...).Result()
	return blobs(values), err
}

// text reads the JSON of a revision's article, undoing deltas from its keyframe on,
// and its metadata.
func (s *Store) text(ctx context.Context, r record, n int) (text, meta []byte, err error) {
	return s.textOf(ctx, r, n, nil)
}

// textOf is text where the revisions up to n may have been read already.
func (s *Store) textOf(ctx context.Context, r record, n int, have [][]byte) (text, meta []byte, err error) {
	parsed, err := s.chain(ctx, r, n, have)
	if err != nil {
		return nil, nil, err
	}
	for i, p := range parsed {
		if text, err = pack.Undelta(text, p.body); err == nil && xxhash.Sum64(text) != p.hash {
			err = errors.New("its hash does not match")
		}
		if err != nil {
			return nil, nil, damaged(r.id, n-len(parsed)+1+i, err)
		}
	}
	return text, parsed[len(parsed)-1].meta, nil
}

// chain reads a revision with what it builds on, from its keyframe on. After a move
// keyframes may be further apart than usual.
func (s *Store) chain(ctx context.Context, r record, n int, have [][]byte) (out []stored, err error) {
	for to := n; to > 0; have = nil {
		from, list := to-len(have)+1, have
		if len(have) == 0 {
			from = max(to-pack.KeyframeEvery+1, 1)
			if list, err = s.revisions(ctx, r, from, to); err != nil {
				return nil, err
			}
		}
		for ; to >= from; to-- {
			b := list[to-from]
			if b == nil && to == n {
				return nil, watch.ErrNotFound
			} else if b == nil {
				return nil, damaged(r.id, to, errors.New("it is missing"))
			}
			p, err := parseStored(b)
			if err != nil {
				return nil, damaged(r.id, to, err)
			}
			if out = append(out, p); p.key {
				slices.Reverse(out)
				return out, nil
			}
		}
	}
	if len(out) == 0 {
		return nil, watch.ErrNotFound
	}
	return nil, damaged(r.id, 1, errors.New("it is no keyframe"))
}

func damaged(articleID string, n int, err error) error {
	return fmt.Errorf("the stored text of article %s, revision %d is damaged: %w", articleID, n, err)
}

// Revision implements watch.Store and command.History.
func (s *Store) Revision(ctx context.Context, articleID string, n int) (r article.Revision, err error) {
	shard, err := s.locate(ctx, articleID)
	if err != nil {
		return r, s.explain("read revision", err)
	}
	text, meta, err := s.text(ctx, record{shard: shard, id: articleID}, n)
	if err != nil {
		return r, s.explain("read revision", err)
	}
	if err := s.pack.Read(meta, &r); err != nil {
		return r, s.explain("read revision", damaged(articleID, n, err))
	}
	r.Number, r.Article = n, new(article.Article)
	return r, s.explain("read revision", json.Unmarshal(text, r.Article))
}

// Revisions implements command.History.
func (s *Store) Revisions(ctx context.Context, articleID string, from, to int) (out []article.Revision, err error) {
	a, err := s.find(ctx, articleID)
	if errors.Is(err, watch.ErrNotFound) {
		return nil, nil
	} else if err != nil {
		return nil, s.explain("list revisions", err)
	}
	from = max(from, 1)
	list, err := s.revisions(ctx, a.record, from, min(to, a.last))
	if err != nil {
		return nil, s.explain("list revisions", err)
	}
	for i, b := range list {
		if b == nil {
			continue
		}
		var r article.Revision
		p, err := parseStored(b)
		if err == nil {
			err = s.pack.Read(p.meta, &r)
		}
		if err != nil {
			return nil, s.explain("list revisions", damaged(articleID, from+i, err))
		}
		r.Number = from + i
		out = append(out, r)
	}
	return out, nil
}

// State implements command.History.
func (s *Store) State(ctx context.Context, articleID string) (watch.State, error) {
	a, err := s.find(ctx, articleID)
	if err != nil {
		return watch.State{}, s.explain("read state", err)
	}
	return a.state, nil
}

// Due implements command.History.
func (s *Store) Due(ctx context.Context, articleID string) (time.Time, error) {
	a, err := s.find(ctx, articleID)
	if err != nil {
		return time.Time{}, s.explain("read due time", err)
	}
	return at(a.due), nil
}

// Change implements command.History.
func (s *Store) Change(ctx context.Context, articleID string, from, to int, choices string) (*report.Report, error) {
	r, err := s.report(ctx, articleID, reportField(from, to, choices))
	if err != nil {
		return nil, s.explain("read change", err)
	}
	return r, nil
}

// reportDoc reads a report as it is stored.
func (s *Store) reportDoc(ctx context.Context, articleID, field string) ([]byte, error) {
	shard, err := s.locate(ctx, articleID)
	if err != nil {
		return nil, err
	}
	doc, err := s.db.HGet(ctx, s.key(shard, "c", articleID), field).Bytes()
	if errors.Is(err, redis.Nil) {
		err = watch.ErrNotFound
	}
	return doc, err
}

func (s *Store) report(ctx context.Context, articleID, field string) (*report.Report, error) {
	doc, err := s.reportDoc(ctx, articleID, field)
	if err != nil {
		return nil, err
	}
	r := new(report.Report)
	if err := s.pack.Read(doc, r); err != nil {
		return nil, fmt.Errorf("change %s of article %s: %w", field, articleID, err)
	}
	return r, nil
}

// Neighbours implements watch.Neighbourhood.
func (s *Store) Neighbours(ctx context.Context, articleID string) ([]mute.Page, error) {
	a, err := s.find(ctx, articleID)
	if errors.Is(err, watch.ErrNotFound) {
		return nil, nil
	} else if err != nil {
		return nil, s.explain("read neighbours", err)
	}
	now, err := s.now(ctx)
	if err != nil {
		return nil, s.explain("read neighbours", err)
	}
	pages, err := s.shown(ctx, a.record)
	pages = slices.DeleteFunc(pages, func(p mute.Page) bool { return ms(p.Seen) < now-mute.ForgetFor.Milliseconds() })
	return pages[:min(len(pages), mute.MaxPages)], s.explain("read neighbours", err)
}

// shown reads what is remembered of the articles of a host, those looked at last first.
func (s *Store) shown(ctx context.Context, r record) (out []mute.Page, err error) {
	docs, err := s.db.HGetAll(ctx, s.key(r.shard, "shown", r.host)).Result()
	if err != nil {
		return nil, err
	}
	for id, doc := range docs {
		var p mute.Page
		if err := s.pack.Read([]byte(doc), &p); err != nil {
			return nil, fmt.Errorf("what article %s shows: %w", id, err)
		}
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b mute.Page) int {
		return cmp.Or(b.Seen.Compare(a.Seen), cmp.Compare(a.Article, b.Article))
	})
	return out, nil
}

// Visits implements command.History.
func (s *Store) Visits(ctx context.Context, articleID string) (out []watch.Visit, err error) {
	shard, err := s.locate(ctx, articleID)
	if errors.Is(err, watch.ErrNotFound) {
		return nil, nil
	} else if err != nil {
		return nil, s.explain("read log", err)
	}
	log, err := s.log(ctx, s.key(shard, "log", articleID))
	if err != nil {
		return nil, s.explain("read log", err)
	}
	for line := range bytes.Lines(log) {
		var v watch.Visit
		if err := json.Unmarshal(line, &v); err != nil {
			return nil, s.explain("read log", fmt.Errorf("article %s: %w", articleID, err))
		}
		out = append(out, v)
	}
	slices.Reverse(out)
	return out, nil
}

// Page implements watch.Pages.
func (s *Store) Page(ctx context.Context, articleID string, n int) ([]byte, error) {
	shard, err := s.locate(ctx, articleID)
	if err != nil {
		return nil, s.explain("read page", err)
	}
	key := s.key(shard, "p", articleID)
	if n == 0 {
		kept, err := s.db.HKeys(ctx, key).Result()
		if err != nil {
			return nil, s.explain("read page", err)
		}
		for _, k := range kept {
			if m, _ := strconv.Atoi(k); m > n {
				n = m
			}
		}
	}
	body, err := s.db.HGet(ctx, key, strconv.Itoa(n)).Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, s.explain("read page", watch.ErrNotFound)
	} else if err != nil {
		return nil, s.explain("read page", err)
	}
	page, err := s.pack.Unpack(body)
	return page, s.explain("read page", err)
}
