package dev.merpati.standalone;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a process exports, in Prometheus' text format.
 *
 * @param types counter, gauge, histogram or summary, of each family
 * @param labels of the samples of each name
 * @param values that each label has anywhere
 */
record Exposition(Map<String, String> types, Map<String, Set<String>> labels, Map<String, Set<String>> values) {
    private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (\\S+)");
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? \\S+");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\",?");

    static Exposition read(List<String> texts) {
        Exposition all = new Exposition(new TreeMap<>(), new TreeMap<>(), new LinkedHashMap<>());
        texts.stream().flatMap(String::lines).forEach(all::add);
        return all;
    }

    private void add(String line) {
        Matcher type = TYPE.matcher(line);
        if (type.matches()) {
            types.put(type.group(1), type.group(2));
            return;
        }
        Matcher sample = SAMPLE.matcher(line);
        if (line.startsWith("#") || !sample.matches()) {
            return;
        }
        Set<String> names = labels.computeIfAbsent(sample.group(1), _ -> new TreeSet<>());
        if (sample.group(2) != null) {
            LABEL.matcher(sample.group(2)).results().forEach(label -> {
                names.add(label.group(1));
                values.computeIfAbsent(label.group(1), _ -> new LinkedHashSet<>())
                        .add(label.group(2));
            });
        }
    }

    /** The labels of a family, but for those that every one has or that only its buckets have. */
    Set<String> labelsOf(String family) {
        Set<String> own = new TreeSet<>();
        labels.forEach((name, names) -> {
            if (name.equals(family) || (name.startsWith(family + "_") && !types.containsKey(name))) {
                own.addAll(names);
            }
        });
        own.removeAll(Set.of("application", "le"));
        return own;
    }
}
