package dev.merpati.gateway.media;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the headers of a form's part say. Takes what it can use and leaves what it cannot: of two file names the readable one, of
 * a content type nothing but the charset of a text.
 *
 * @param number of the part in the form, from 1
 * @param fileName null when the part is no file
 * @param charset of the part's text
 */
record PartHead(int number, String name, @Nullable String fileName, Charset charset) {
    private static final Pattern LINE_FOLD = Pattern.compile("\\r\\n[ \\t]+");
    private static final Pattern PARAMETER =
            Pattern.compile(";\\s*([^\\s=;]+)\\s*=\\s*(\"(?:[^\"\\\\]++|\\\\.)*+\"|[^;]*)");
    private static final Pattern CHARSET = Pattern.compile("(?i);\\s*charset\\s*=\\s*\"?([^\\s\";]+)");

    /** RFC 2047, as some mail libraries write file names. */
    private static final Pattern ENCODED_WORD =
            Pattern.compile("=\\?([^?]+)\\?([BbQq])\\?([^?]*)\\?=(?:\\s+(?==\\?))?");

    /** RFC 8187: {@code charset'language'percent-encoded}. */
    private static final Pattern EXTENDED = Pattern.compile("([^']+)'[^']*'(.*)");

    /** Reads a part's headers. An error of 400 that tells the part when they name no field of a form. */
    static PartHead parse(byte[] head, int number) {
        Map<String, String> headers = headers(decodeHeader(head));
        String disposition = headers.get("content-disposition");
        if (disposition == null) {
            throw MultipartParser.malformed("part " + number + " has no Content-Disposition");
        }
        int end = disposition.indexOf(';');
        String type = (end < 0 ? disposition : disposition.substring(0, end)).strip();
        if (!type.equalsIgnoreCase("form-data")) {
            throw MultipartParser.malformed("the Content-Disposition of part " + number + " is not form-data");
        }
        Map<String, String> parameters = parameters(disposition);
        String name = parameters.get("name");
        if (name == null || name.isEmpty()) {
            throw MultipartParser.malformed("the Content-Disposition of part " + number + " has no name");
        }
        String fileName = Optional.ofNullable(parameters.get("filename*"))
                .flatMap(PartHead::extended)
                .or(() -> Optional.ofNullable(parameters.get("filename")).map(PartHead::decodeWords))
                .filter(text -> !text.isEmpty())
                .orElse(null);
        if (fileName == null && parameters.containsKey("filename*")) {
            throw MultipartParser.malformed("the filename* of part " + number
                    + " is not in the form UTF-8''percent-encoded, and there is no filename");
        }
        return new PartHead(number, name, fileName, charset(headers.getOrDefault("content-type", "")));
    }

    /** UTF-8 as browsers send it; what is not, from old clients, is Latin-1. */
    private static String decodeHeader(byte[] bytes) {
        return decode(bytes, StandardCharsets.UTF_8).orElseGet(() -> new String(bytes, StandardCharsets.ISO_8859_1));
    }

    private static Map<String, String> headers(String head) {
        Map<String, String> headers = new HashMap<>();
        for (String line : LINE_FOLD.matcher(head).replaceAll(" ").split("\r\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.putIfAbsent(
                        line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        return headers;
    }

    private static Map<String, String> parameters(String disposition) {
        Map<String, String> parameters = new HashMap<>();
        Matcher matcher = PARAMETER.matcher(disposition);
        while (matcher.find()) {
            String value = matcher.group(2).strip();
            parameters.putIfAbsent(
                    matcher.group(1).toLowerCase(Locale.ROOT), value.startsWith("\"") ? unquote(value) : value);
        }
        return parameters;
    }

    /** Undoes both ways to write a quote in a name: a backslash before it, and a browser's percent encoding of it. */
    private static String unquote(String value) {
        StringBuilder text = new StringBuilder();
        int end = value.length() > 1 && value.endsWith("\"") ? value.length() - 1 : value.length();
        for (int at = 1; at < end; at++) {
            char next = value.charAt(at);
            // A lone backslash is one of a Windows path.
            boolean escape = next == '\\' && at + 1 < end && "\"\\".indexOf(value.charAt(at + 1)) >= 0;
            text.append(escape ? value.charAt(++at) : next);
        }
        return text.toString().replace("%22", "\"");
    }

    private static Optional<String> extended(String value) {
        Matcher matcher = EXTENDED.matcher(value);
        return matcher.matches()
                ? charsetNamed(matcher.group(1))
                        .flatMap(charset ->
                                percentDecoded(matcher.group(2), '%').flatMap(bytes -> decode(bytes, charset)))
                : Optional.empty();
    }

    private static String decodeWords(String text) {
        return ENCODED_WORD
                .matcher(text)
                .replaceAll(word -> Matcher.quoteReplacement(charsetNamed(word.group(1))
                        .flatMap(charset ->
                                wordBytes(word.group(2), word.group(3)).flatMap(bytes -> decode(bytes, charset)))
                        .orElseGet(word::group)));
    }

    private static Optional<byte[]> wordBytes(String encoding, String text) {
        if (encoding.equalsIgnoreCase("Q")) {
            return percentDecoded(text.replace('_', ' '), '=');
        }
        try {
            return Optional.of(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Bytes of a Latin-1 text in which the escape character and two hex digits stand for one. */
    private static Optional<byte[]> percentDecoded(String text, char escape) {
        ByteBuffer bytes = ByteBuffer.allocate(text.length());
        for (int at = 0; at < text.length(); at++) {
            char next = text.charAt(at);
            if (next == escape) {
                int high = at + 2 < text.length() ? Character.digit(text.charAt(at + 1), 16) : -1;
                int low = at + 2 < text.length() ? Character.digit(text.charAt(at + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    return Optional.empty();
                }
                bytes.put((byte) (high << 4 | low));
                at += 2;
            } else if (next > 0x7f) {
                return Optional.empty();
            } else {
                bytes.put((byte) next);
            }
        }
        byte[] used = new byte[bytes.position()];
        bytes.flip().get(used);
        return Optional.of(used);
    }

    private static Charset charset(String contentType) {
        Matcher matcher = CHARSET.matcher(contentType);
        return matcher.find() ? charsetNamed(matcher.group(1)).orElse(StandardCharsets.UTF_8) : StandardCharsets.UTF_8;
    }

    private static Optional<Charset> charsetNamed(String name) {
        try {
            return Optional.of(Charset.forName(name));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The text; empty when the bytes are not valid in the charset. */
    static Optional<String> decode(byte[] bytes, Charset charset) {
        try {
            return Optional.of(
                    charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
