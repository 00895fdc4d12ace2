package dev.merpati.simulator.node;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Encodes a node for the wire: the flag byte 0 (not compressed), then the tree. Text that is no dictionary word goes as
 * plain bytes, never packed: every client reads both.
 */
public final class NodeWriter {
    private static final Pattern INTEROP_USER = Pattern.compile("\\d{1,4}-.+");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);

    private NodeWriter() {}

    public static byte[] encode(Node node) {
        NodeWriter writer = new NodeWriter();
        writer.out.write(0);
        writer.node(node);
        return writer.out.toByteArray();
    }

    private void node(Node node) {
        byte[] content = node.rawContent();
        boolean hasContent = content != null || !node.children().isEmpty();
        list(1 + 2 * node.attributes().size() + (hasContent ? 1 : 0));
        text(node.tag());
        node.attributes().forEach((name, value) -> {
            text(name);
            value(value);
        });
        if (content != null) {
            bytes(content);
        } else if (hasContent) {
            list(node.children().size());
            node.children().forEach(this::node);
        }
    }

    private void list(int size) {
        if (size < 256) {
            out.write(Tag.LIST_8);
            out.write(size);
        } else {
            out.write(Tag.LIST_16);
            out.write(size >>> 8);
            out.write(size);
        }
    }

    private void value(String value) {
        Optional<Jid> jid = value.indexOf('@') < 0 ? Optional.empty() : Jid.parse(value);
        if (jid.isPresent()) {
            jid(jid.get());
        } else {
            text(value);
        }
    }

    private void jid(Jid jid) {
        if (jid.server().equals(Jid.INTEROP) && INTEROP_USER.matcher(jid.user()).matches()) {
            interop(jid);
        } else if (jid.server().equals(Jid.UNKNOWN)) {
            out.write(Tag.UNKNOWN);
        } else if (jid.device() != 0) {
            out.write(Tag.AD_JID);
            out.write(jid.isHidden() ? Tag.HIDDEN_DOMAIN : 0);
            out.write(jid.device());
            text(jid.user());
        } else {
            out.write(Tag.JID_PAIR);
            if (jid.user().isEmpty()) {
                out.write(Tag.EMPTY);
            } else {
                text(jid.user());
            }
            text(jid.server());
        }
    }

    private void interop(Jid jid) {
        String[] integratorAndUser = jid.user().split("-", 2);
        out.write(Tag.INTEROP_JID);
        text(integratorAndUser[1]);
        out.write(jid.device() >>> 8);
        out.write(jid.device());
        int integrator = Integer.parseInt(integratorAndUser[0]);
        out.write(integrator >>> 8);
        out.write(integrator);
        text(jid.server());
    }

    private void text(String text) {
        Dictionary.Position position = Dictionary.byWord().get(text);
        if (position == null || text.isEmpty()) {
            bytes(text.getBytes(StandardCharsets.UTF_8));
        } else {
            if (position.page() >= 0) {
                out.write(Tag.DICTIONARY_0 + position.page());
            }
            out.write(position.index());
        }
    }

    private void bytes(byte[] bytes) {
        if (bytes.length < 1 << 8) {
            out.write(Tag.BINARY_8);
        } else if (bytes.length < 1 << 20) {
            out.write(Tag.BINARY_20);
            out.write(bytes.length >>> 16);
            out.write(bytes.length >>> 8);
        } else {
            out.write(Tag.BINARY_32);
            out.write(bytes.length >>> 24);
            out.write(bytes.length >>> 16);
            out.write(bytes.length >>> 8);
        }
        out.write(bytes.length);
        out.writeBytes(bytes);
    }
}
