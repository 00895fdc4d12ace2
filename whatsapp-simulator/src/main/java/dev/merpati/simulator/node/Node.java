package dev.merpati.simulator.node;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One node of a stanza: a tag, attributes, and either children or bytes or nothing. Attribute values are text; a jid
 * stands there in its text form ({@code 628…:3@s.whatsapp.net}). Immutable as long as nobody changes its byte array.
 */
public final class Node {
    private final String tag;
    private final Map<String, String> attributes;
    private final List<Node> children;
    private final byte @Nullable [] content;

    private Node(String tag, Map<String, String> attributes, List<Node> children, byte @Nullable [] content) {
        this.tag = tag;
        this.attributes = attributes;
        this.children = children;
        this.content = content;
    }

    /** A node without attributes. */
    public static Node of(String tag, Node... children) {
        return new Node(tag, Map.of(), List.of(children), null);
    }

    public static Node of(String tag, byte[] content) {
        return new Node(tag, Map.of(), List.of(), content);
    }

    /**
     * The same node with one more attribute.
     *
     * @param value null leaves the attribute out
     */
    public Node with(String name, @Nullable String value) {
        if (value == null) {
            return this;
        }
        Map<String, String> more = new LinkedHashMap<>(attributes);
        more.put(name, value);
        return new Node(tag, more, children, content);
    }

    /** The same node with other children and no bytes. */
    public Node children(List<Node> others) {
        return new Node(tag, attributes, List.copyOf(others), null);
    }

    /** The same node with other bytes and no children. */
    public Node content(byte[] bytes) {
        return new Node(tag, attributes, List.of(), bytes);
    }

    static Node decoded(String tag, Map<String, String> attributes, List<Node> children, byte @Nullable [] content) {
        return new Node(tag, attributes, children, content);
    }

    public String tag() {
        return tag;
    }

    public boolean is(String otherTag) {
        return tag.equals(otherTag);
    }

    public Map<String, String> attributes() {
        return attributes;
    }

    public @Nullable String attribute(String name) {
        return attributes.get(name);
    }

    /** The attribute's value, or the empty string. */
    public String text(String name) {
        return attributes.getOrDefault(name, "");
    }

    /** The attribute as a number; empty if it is none. */
    public Optional<Integer> number(String name) {
        String value = text(name);
        return value.matches("[0-9]{1,9}") ? Optional.of(Integer.valueOf(value)) : Optional.empty();
    }

    public boolean has(String name, String value) {
        return value.equals(attributes.get(name));
    }

    public List<Node> children() {
        return children;
    }

    public List<Node> children(String childTag) {
        return children.stream().filter(child -> child.is(childTag)).toList();
    }

    public Optional<Node> child(String childTag) {
        return children.stream().filter(child -> child.is(childTag)).findFirst();
    }

    /** The child's bytes; empty when there is no such child or it has none. */
    public Optional<byte[]> childContent(String childTag) {
        return child(childTag).flatMap(Node::content);
    }

    public Optional<byte[]> content() {
        return Optional.ofNullable(content);
    }

    byte @Nullable [] rawContent() {
        return content;
    }

    public Optional<String> contentText() {
        return content().map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Node node
                && tag.equals(node.tag)
                && attributes.equals(node.attributes)
                && children.equals(node.children)
                && Arrays.equals(content, node.content);
    }

    @Override
    public int hashCode() {
        return 31 * tag.hashCode() + attributes.hashCode();
    }

    /** Tags and attributes, but no content: fit for a debug log. */
    @Override
    public String toString() {
        String inner = content != null
                ? content.length + " bytes"
                : children.stream().map(Node::toString).collect(Collectors.joining());
        return "<" + tag + attributes + ">" + inner + "</>";
    }
}
