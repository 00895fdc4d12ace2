package dev.merpati.deployment;

import java.util.List;
import java.util.Map;

/**
 * A program that has an image.
 *
 * @param module whose executable jar it is, and the image's name
 * @param title for people
 * @param jvmOptions what the JVM is told besides what all are told
 * @param environment what differs from the program's own defaults, since it runs in a container
 */
record Program(
        String module,
        String title,
        List<Integer> ports,
        List<String> jvmOptions,
        Map<String, String> environment,
        List<String> arguments) {

    /**
     * Of the memory that is no heap the JVM limits none by itself. What a process of each kind takes of it under load is in the
     * module's RATIONALE, and what is left for it here is half as much again.
     */
    static final List<Program> ALL = List.of(
            new Program(
                    "api-gateway",
                    "Merpati API gateway",
                    List.of(8080, 8081),
                    List.of("-XX:MaxRAMPercentage=45", "-XX:MaxDirectMemorySize=96m"),
                    Map.of("MERPATI_MEDIA_DIRECTORY", "/var/lib/merpati/media"),
                    List.of()),
            new Program(
                    "session-worker",
                    "Merpati session worker",
                    List.of(9091),
                    List.of("-XX:MaxRAMPercentage=55", "-XX:MaxDirectMemorySize=96m"),
                    Map.of("MERPATI_MEDIA_DIRECTORY", "/var/lib/merpati/media"),
                    List.of()),
            new Program(
                    "event-dispatcher",
                    "Merpati event dispatcher",
                    List.of(9092),
                    List.of("-XX:MaxRAMPercentage=50", "-XX:MaxDirectMemorySize=96m"),
                    Map.of(),
                    List.of()),
            new Program(
                    "whatsapp-simulator",
                    "Merpati WhatsApp simulator",
                    List.of(3128, 8090),
                    List.of("-XX:MaxRAMPercentage=60", "-XX:MaxDirectMemorySize=64m"),
                    Map.of(),
                    List.of("--bind=0.0.0.0", "--dir=/var/lib/merpati/simulator")));

    String image(String tag) {
        return "merpati/" + module + ":" + tag;
    }
}
