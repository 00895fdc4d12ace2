package dev.merpati.standalone;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The metrics and the labels that a PromQL expression names. Reads the whole grammar's tokens, but does not check the
 * grammar, which {@code promtool} does.
 *
 * @param selectors the labels that each metric is filtered by
 * @param groupings the labels of {@code by}, {@code without}, {@code on}, {@code ignoring}, {@code group_left} and {@code
 *     group_right}
 */
record PromQl(Map<String, Set<String>> selectors, Set<String> groupings) {
    private static final Pattern TOKEN = Pattern.compile("""
            (?<space>[\\s]+|\\#[^\\n]*)
            |(?<string>"(?:[^"\\\\]|\\\\.)*"|'(?:[^'\\\\]|\\\\.)*'|`[^`]*`)
            |(?<range>\\[[^\\]]*\\])
            |(?<number>0x[0-9a-fA-F]+|(?:\\d+(?:ms|[smhdwy]))+|\\d+\\.?\\d*(?:[eE][+-]?\\d+)?|\\.\\d+(?:[eE][+-]?\\d+)?)
            |(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)
            |(?<sign>=~|!~|!=|==|<=|>=|[-+*/%^=<>(){},@])
            """, Pattern.COMMENTS);

    private static final Set<String> WORDS =
            Set.of("and", "or", "unless", "offset", "bool", "inf", "nan", "start", "end");
    private static final Set<String> GROUPING = Set.of("by", "without", "on", "ignoring", "group_left", "group_right");
    private static final Set<String> AGGREGATIONS = Set.of(
            "sum",
            "min",
            "max",
            "avg",
            "group",
            "stddev",
            "stdvar",
            "count",
            "count_values",
            "bottomk",
            "topk",
            "quantile");

    static PromQl read(String expression) {
        Map<String, Set<String>> selectors = new LinkedHashMap<>();
        Set<String> groupings = new LinkedHashSet<>();
        Deque<String> tokens = new ArrayDeque<>(tokens(expression));
        while (!tokens.isEmpty()) {
            String token = tokens.removeFirst();
            if (!Character.isLetter(token.charAt(0)) && token.charAt(0) != '_' && token.charAt(0) != ':') {
                if (token.equals("{")) {
                    throw new IllegalArgumentException("a selector without a metric in: " + expression);
                }
                continue;
            }
            if (GROUPING.contains(token)) {
                if ("(".equals(tokens.peekFirst())) {
                    groupings.addAll(list(tokens));
                }
            } else if (!WORDS.contains(token) && !AGGREGATIONS.contains(token) && !"(".equals(tokens.peekFirst())) {
                Set<String> labels = selectors.computeIfAbsent(token, _ -> new LinkedHashSet<>());
                if ("{".equals(tokens.peekFirst())) {
                    labels.addAll(matchers(tokens));
                }
            }
        }
        return new PromQl(selectors, groupings);
    }

    private static List<String> tokens(String expression) {
        List<String> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(expression);
        int at = 0;
        while (at < expression.length()) {
            if (!matcher.region(at, expression.length()).lookingAt()) {
                throw new IllegalArgumentException("no PromQL at '" + expression.substring(at) + "'");
            }
            at = matcher.end();
            if (matcher.group("space") == null) {
                tokens.add(matcher.group());
            }
        }
        return tokens;
    }

    /** Takes {@code (a, b)}. */
    private static List<String> list(Deque<String> tokens) {
        List<String> labels = new ArrayList<>();
        for (String token = tokens.removeFirst(); !token.equals(")"); token = tokens.removeFirst()) {
            if (!token.equals("(") && !token.equals(",")) {
                labels.add(token);
            }
        }
        return labels;
    }

    /** Takes <code>{a="b", c=~"d"}</code>. */
    private static List<String> matchers(Deque<String> tokens) {
        List<String> labels = new ArrayList<>();
        for (String token = tokens.removeFirst(); !token.equals("}"); token = tokens.removeFirst()) {
            if (Character.isLetter(token.charAt(0)) || token.charAt(0) == '_') {
                labels.add(token);
            }
        }
        return labels;
    }
}
