package dev.merpati.simulator.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merpati.simulator.client.Upload;
import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.crypto.Hash;
import dev.merpati.simulator.phone.MessageContent;
import dev.merpati.simulator.proto.ProtoMessage;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MediaFileTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 65_536, 200_000})
    void readsAFileOfAnyLength(int length) throws Exception {
        byte[] content = Bytes.random(length);
        MediaFile file = file(Upload.of(content));
        file.verify();
        try (InputStream in = file.decrypted()) {
            assertThat(in.readAllBytes()).isEqualTo(content);
        }
    }

    @Test
    void refusesAMacThatLeavesTheIvOut() throws Exception {
        MediaFile file = file(Upload.withMacOfCiphertextOnly(Bytes.random(1000)));
        assertThatThrownBy(file::verify)
                .isInstanceOf(InvalidMediaException.class)
                .hasMessageContaining("MAC");
    }

    @Test
    void refusesAnUploadThatWasChanged() throws Exception {
        Upload upload = Upload.of(Bytes.random(1000));
        byte[] changed = upload.blob().clone();
        changed[500] ^= 1;
        MediaFile file = new MediaFile(store(changed), reference(upload));
        assertThatThrownBy(file::verify)
                .isInstanceOf(InvalidMediaException.class)
                .hasMessageContaining("SHA-256");
    }

    @Test
    void refusesAnUploadThatWasCut() throws Exception {
        Upload upload = Upload.of(Bytes.random(1000));
        MediaFile file = new MediaFile(store(Arrays.copyOf(upload.blob(), 500)), reference(upload));
        assertThatThrownBy(file::verify).isInstanceOf(InvalidMediaException.class);
    }

    @Test
    void refusesAnotherLengthThanTheMessageSays() throws Exception {
        Upload upload = Upload.of(Bytes.random(1000));
        MediaReference right = reference(upload);
        MediaReference wrong = new MediaReference(
                right.kind(), right.path(), right.key(), right.sha256(), right.encryptedSha256(), 999);
        MediaFile file = new MediaFile(store(upload.blob()), wrong);
        assertThatThrownBy(file::verify)
                .isInstanceOf(InvalidMediaException.class)
                .hasMessageContaining("999");
    }

    @Test
    void storageForgetsTheOldestWhenItIsFull() throws Exception {
        MediaStorage storage = new MediaStorage(directory.resolve("media"), 250);
        String first = keep(storage, Bytes.random(100));
        String second = keep(storage, Bytes.random(100));
        String third = keep(storage, Bytes.random(100));
        assertThat(storage.find(first)).isEmpty();
        assertThat(storage.find(second)).isPresent();
        assertThat(storage.find(third + "?auth=x")).isPresent();
        assertThat(storage.find("/mms/image/../../ca-key.der")).isEmpty();
        assertThatCode(() -> new MediaStorage(directory.resolve("media"), 250)).doesNotThrowAnyException();
    }

    private static String keep(MediaStorage storage, byte[] content) throws Exception {
        Path part = storage.newPart();
        Files.write(part, content);
        byte[] hash = Hash.sha256(content);
        storage.keep(part, hash);
        return "/mms/image/" + Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    }

    private MediaFile file(Upload upload) throws Exception {
        return new MediaFile(store(upload.blob()), reference(upload));
    }

    private Path store(byte[] blob) throws Exception {
        return Files.write(directory.resolve("blob"), blob);
    }

    private static MediaReference reference(Upload upload) {
        return Objects.requireNonNull(
                MessageContent.of(ProtoMessage.parse(upload.message("caption"))).media());
    }
}
