package dev.merpati.model.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandCodecTest {
    private static final MediaReference MEDIA =
            new MediaReference("m-1", MediaKind.DOCUMENT, "ab".repeat(32), 52_428_800L, "application/pdf", "a b.pdf");

    static List<Command> everyCommand() {
        return List.of(
                new Command.StartSession(),
                new Command.ReconnectSession(),
                new Command.DeleteSession(),
                new Command.RequestPairingCode("6281234567890"),
                new Command.AnswerPasskey("{\"rawId\":\"q5vK\"}"),
                new Command.SendText("6281234567890", "Halo 👋 \"dunia\"", true),
                new Command.SendMedia("6281234567890", MEDIA, "a caption", false),
                new Command.SendMedia("6281234567890", MEDIA, null, false),
                new Command.CheckNumbers(List.of("6281234567890", "6289876543210")),
                new Command.FetchMedia("4OZ3Ab238F2Jdc0NOFiyUQ"));
    }

    @Test
    void theListOfNamesIsWhole() {
        assertThat(Command.wireNames())
                .doesNotHaveDuplicates()
                .hasSameElementsAs(
                        everyCommand().stream().map(Command::wireName).toList());
    }

    @ParameterizedTest
    @MethodSource("everyCommand")
    void readsBackWhatItWrote(Command command) {
        CommandEnvelope envelope = envelope(command);

        assertThat(CommandCodec.decode(CommandCodec.encode(envelope))).isEqualTo(envelope);
    }

    @Test
    void everyKindOfCommandIsCovered() {
        assertThat(everyCommand().stream().<Class<?>>map(Command::getClass).distinct())
                .containsExactlyInAnyOrderElementsOf(
                        concreteKinds(Command.class).toList());
    }

    private static Stream<Class<?>> concreteKinds(Class<?> type) {
        return type.isSealed()
                ? Stream.of(type.getPermittedSubclasses()).flatMap(CommandCodecTest::concreteKinds)
                : Stream.of(type);
    }

    @Test
    void ignoresWhatANewerReleaseAdded() {
        String json = new String(CommandCodec.encode(envelope(new Command.StartSession())), StandardCharsets.UTF_8);

        assertThat(CommandCodec.decode(bytes(json.replaceFirst("\\{", "{\"priority\":7,"))))
                .isEqualTo(envelope(new Command.StartSession()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "{", "[]", "{\"command\":{\"type\":\"send-telegram\"}}", "\u0000\u0001"})
    void saysWhenARecordIsNoCommand(String value) {
        assertThatThrownBy(() -> CommandCodec.decode(bytes(value))).isInstanceOf(MalformedCommandException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"commandId", "tenantId", "sessionId", "replyTo", "requestId", "notAfter", "command"})
    void saysWhichPartOfARecordIsMissing(String component) {
        String json = new String(CommandCodec.encode(envelope(new Command.StartSession())), StandardCharsets.UTF_8);

        assertThatThrownBy(() -> CommandCodec.decode(bytes(json.replace("\"" + component + "\":", "\"other\":"))))
                .isInstanceOf(MalformedCommandException.class)
                .hasMessageContaining(component);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"issuedAt\":\"SECRET 6281234567890\"}",
                "{\"sessionId\":\"SECRET 6281234567890\"}",
                "{\"commandId\":\"a\" SECRET 6281234567890",
                "SECRET 6281234567890",
                "{\"tenantId\":[\"SECRET 6281234567890\"]}",
                "{\"command\":{\"type\":\"SECRET 6281234567890\"}}",
                "{\"command\":{\"type\":\"send-text\",\"to\":{\"6281234567890\":\"SECRET\"}}}",
                "{\"command\":{\"type\":\"send-media\",\"media\":{\"kind\":\"SECRET 6281234567890\"}}}",
                "{\"command\":{\"type\":\"check-numbers\",\"phoneNumbers\":\"SECRET 6281234567890\"}}",
                "{\"command\":{\"type\":\"send-text\",\"skipValidation\":\"SECRET 6281234567890\"}}"
            })
    void quotesNothingOfARecordThatItCannotRead(String value) {
        assertThatThrownBy(() -> CommandCodec.decode(bytes(value)))
                .isInstanceOf(MalformedCommandException.class)
                .hasNoCause()
                .message()
                .isNotBlank()
                .doesNotContain("SECRET", "628123");
    }

    @Test
    void namesTheTypeThatANewerReleaseAdded() {
        String json = new String(CommandCodec.encode(envelope(new Command.StartSession())), StandardCharsets.UTF_8);

        assertThatThrownBy(() -> CommandCodec.decode(bytes(json.replace("start-session", "mute-chat"))))
                .isInstanceOf(MalformedCommandException.class)
                .hasMessage("a type that this release does not know ('mute-chat'), at .command");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static CommandEnvelope envelope(Command command) {
        return new CommandEnvelope(
                "3EB0AB",
                "acme",
                UUID.fromString("6f1c6a52-9a6c-4a08-8d7a-1f2f2b1e5a77"),
                "gateway-1",
                "request-1",
                Instant.parse("2026-01-02T03:04:05.678Z"),
                Instant.parse("2026-01-02T03:09:05.678Z"),
                command);
    }
}
