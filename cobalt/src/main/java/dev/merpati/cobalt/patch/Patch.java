package dev.merpati.cobalt.patch;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Copies Cobalt's classes and applies the {@link Changes} on the way. Fails when a change does not find its place: a
 * Cobalt of another version has to be looked at again.
 */
final class Patch {
    private final Path original;
    private final Path output;
    private final ClassFile classFile;
    private final Map<CallSite, Integer> found = new HashMap<>();

    private Patch(Path original, Path output) {
        this.original = original;
        this.output = output;
        classFile = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofResourceParsing(this::open).orElse(ClassHierarchyResolver.defaultResolver())));
    }

    /** Arguments: the directory with Cobalt's classes, and the one to write to, which holds this module's own. */
    public static void main(String[] arguments) throws IOException {
        new Patch(Path.of(arguments[0]), Path.of(arguments[1])).run();
    }

    private void run() throws IOException {
        for (var name : Changes.REPLACED) {
            if (!Files.exists(output.resolve(Cobalt.internalName(name) + ".class"))) {
                throw new IllegalStateException("There is no class to replace " + name);
            }
        }
        try (var files = Files.walk(original)) {
            for (var file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                copy(original.relativize(file));
            }
        }
        for (var site : Changes.CALL_SITES) {
            if (found.getOrDefault(site, 0) != site.times()) {
                throw new IllegalStateException(
                        site + " stands there " + found.getOrDefault(site, 0) + " times, expected " + site.times());
            }
        }
    }

    private void copy(Path file) throws IOException {
        var path = file.toString().replace('\\', '/');
        if (isLeftOut(path) || isReplaced(path)) {
            return;
        }
        var target = output.resolve(file);
        Files.createDirectories(target.getParent());
        var bytes = Files.readAllBytes(original.resolve(file));
        Files.write(target, path.endsWith(".class") ? transform(bytes) : bytes);
    }

    private static boolean isReplaced(String path) {
        return Changes.REPLACED.stream().anyMatch(name -> path.equals(Cobalt.internalName(name) + ".class"));
    }

    private static boolean isLeftOut(String path) {
        return Changes.LEFT_OUT.stream()
                .map(Cobalt::internalName)
                .anyMatch(name -> path.equals(name + ".class") || path.startsWith(name + "$"));
    }

    private byte[] transform(byte[] bytes) {
        var model = classFile.parse(bytes);
        var name = model.thisClass().asInternalName();
        if (model.thisClass().asSymbol().equals(Cobalt.KEYS)) {
            return classFile.transformClass(model, renewableEphemeralKey(model));
        }
        var touched = Changes.CALL_SITES.stream()
                .anyMatch(site -> Cobalt.internalName(site.type()).equals(name));
        if (!touched) {
            return bytes;
        }
        return classFile.transformClass(model, (type, element) -> {
            if (element instanceof MethodModel method) {
                var sites = callSites(name, method.methodName().stringValue());
                type.transformMethod(method, MethodTransform.transformingCode(sites));
            } else {
                type.with(element);
            }
        });
    }

    private CodeTransform callSites(String type, String method) {
        return (code, element) -> {
            if (element instanceof InvokeInstruction call) {
                for (var site : Changes.CALL_SITES) {
                    if (site.isIn(type, method) && site.matches(call)) {
                        found.merge(site, 1, Integer::sum);
                        site.replacement().accept(code, call);
                        return;
                    }
                }
            }
            code.with(element);
        };
    }

    /** Takes "final" off the field and adds the method that assigns it. */
    private static ClassTransform renewableEphemeralKey(ClassModel keys) {
        var field = keys.fields().stream()
                .filter(candidate -> candidate.fieldName().equalsString(Changes.Renewal.FIELD))
                .findFirst()
                .orElseThrow();
        return ClassTransform.dropping(element -> element == field).andThen(ClassTransform.endHandler(builder -> {
            builder.withField(
                    field.fieldName().stringValue(),
                    field.fieldTypeSymbol(),
                    copy -> copy.withFlags(field.flags().flagsMask() & ~ClassFile.ACC_FINAL));
            builder.withMethodBody(
                    Changes.Renewal.METHOD, Changes.Renewal.TYPE, ClassFile.ACC_PUBLIC, Changes.Renewal::body);
        }));
    }

    private @Nullable InputStream open(ClassDesc type) {
        var descriptor = type.descriptorString();
        var file = descriptor.substring(1, descriptor.length() - 1) + ".class";
        for (var directory : new Path[] {output, original}) {
            if (Files.exists(directory.resolve(file))) {
                try {
                    return Files.newInputStream(directory.resolve(file));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        return null;
    }
}
