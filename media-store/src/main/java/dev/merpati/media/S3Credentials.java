package dev.merpati.media;

/** An S3 access key. Its secret does not show in {@link #toString}. */
public record S3Credentials(String accessKeyId, String secretAccessKey) {
    @Override
    public String toString() {
        return "S3Credentials[accessKeyId=" + accessKeyId + ", secretAccessKey=***]";
    }
}
