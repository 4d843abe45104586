"""TF-IDF and logistic regression on the texts that kith learned from, timed one text at a time, for `cargo bench`."""

import glob
import json
import sys
import time

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union

texts = json.loads(sys.stdin.readline())
rows = [json.loads(line) for file in sorted(glob.glob(sys.argv[1] + "/*.jsonl")) for line in open(file)]
rows = [row for row in rows if "kind" in row]
seen, kinds = [row["text"] for row in rows], [row["kind"] for row in rows]

words = TfidfVectorizer()
words_and_pieces = make_union(
    TfidfVectorizer(ngram_range=(1, 2)), TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5))
)
models = {
    "scikit-learn, words, kind only": words,
    "scikit-learn, words, pairs and pieces, kind only": words_and_pieces,
}
readers = []
for vectorizer in models.values():
    reader = make_pipeline(vectorizer, LogisticRegression(max_iter=200))
    reader.fit(seen, kinds)
    readers.append(reader)
print(json.dumps(list(models)), flush=True)

for line in sys.stdin:
    reader = readers[int(line)]
    start = time.perf_counter()
    for text in texts:
        reader.predict_proba([text])
    print((time.perf_counter() - start) * 1e6 / len(texts), flush=True)
