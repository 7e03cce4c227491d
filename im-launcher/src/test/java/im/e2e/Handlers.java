package im.e2e;

import static java.util.Comparator.comparing;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import im.msg.wire.DatabaseRequest;
import im.netlib.Router;
import im.proto.Command;
import im.proto.Commands;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Who handles which command, read from the compiled code: what a {@link Router} is given together with a command. Where that is a lambda it
 * is what the lambda calls last.
 */
final class Handlers {
    /** A package's part of the system, in the order in which a reader meets them. */
    private static final Map<String, String> PARTS = new TreeMap<>(Map.of(
            "im.client", "client",
            "im.db", "db-proxy",
            "im.file", "file-server",
            "im.login", "login-server",
            "im.msg", "msg-server",
            "im.netlib", "all",
            "im.route", "route-server"));

    /** Methods that are given a command with its handler. */
    private static final Set<String> REGISTERING = Set.of(
            "Router$Builder.on",
            "Router$Builder.onPdu",
            "MsgServerLink.onPush",
            "DatabaseCommands.passOn",
            "FileLoginCommands.forRole");

    private static final int ASM = Opcodes.ASM9;

    private final Map<Command<?>, Set<Handler>> found = new HashMap<>();
    /** What each lambda calls last of ours, by class and name. */
    private final Map<String, String> lambdas = new HashMap<>();

    private record Handler(String part, String method) {}

    static Handlers ofAllServersAndTheClient() throws Exception {
        Handlers handlers = new Handlers();
        Collection<JavaClass> classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(PARTS.keySet());
        for (JavaClass type : classes) {
            handlers.visit(type, new Lambdas(handlers));
        }
        for (JavaClass type : classes) {
            handlers.visit(type, new Registrations(handlers, type));
        }
        return handlers;
    }

    private void visit(JavaClass type, ClassVisitor visitor) throws IOException {
        try (InputStream bytes = type.getSource().orElseThrow().getUri().toURL().openStream()) {
            new ClassReader(bytes).accept(visitor, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        }
    }

    /** Each as {@code server: Class.method}. */
    List<String> of(Command<?> command) {
        return found.getOrDefault(command, Set.of()).stream()
                .map(handler -> handler.part() + ": " + handler.method())
                .toList();
    }

    private void add(Command<?> command, JavaClass type, String method) {
        String part = PARTS.entrySet().stream()
                .filter(entry -> (type.getPackageName() + ".").startsWith(entry.getKey() + "."))
                .findFirst()
                .orElseThrow()
                .getValue();
        found.computeIfAbsent(
                        command, any -> new TreeSet<>(comparing(Handler::part).thenComparing(Handler::method)))
                .add(new Handler(part, method));
    }

    private static String method(String owner, String name) {
        return owner.substring(owner.lastIndexOf('/') + 1).replace('$', '.') + "." + name;
    }

    private static final class Lambdas extends ClassVisitor {
        private final Handlers handlers;
        private String type;

        Lambdas(Handlers handlers) {
            super(ASM);
            this.handlers = handlers;
        }

        @Override
        public void visit(int version, int access, String name, String signature, String parent, String[] interfaces) {
            type = name;
        }

        @Override
        public MethodVisitor visitMethod(int access, String lambda, String descriptor, String s, String[] exceptions) {
            return new MethodVisitor(ASM) {
                @Override
                public void visitMethodInsn(int opcode, String owner, String name, String to, boolean isInterface) {
                    if (owner.startsWith("im/") && !owner.startsWith("im/proto/")) {
                        handlers.lambdas.put(Handlers.method(type, lambda), Handlers.method(owner, name));
                    }
                }
            };
        }
    }

    private static final class Registrations extends ClassVisitor {
        private final Handlers handlers;
        private final JavaClass type;

        Registrations(Handlers handlers, JavaClass type) {
            super(ASM);
            this.handlers = handlers;
            this.type = type;
        }

        @Override
        public MethodVisitor visitMethod(int access, String name, String descriptor, String s, String[] exceptions) {
            return new Registering(handlers, type);
        }
    }

    /** Goes through a method in the order of its instructions: a command, what is made of its handler, the call that is given both. */
    private static final class Registering extends MethodVisitor {
        private static final String COMMAND = Type.getDescriptor(Command.class);
        private static final String REQUEST = Type.getDescriptor(DatabaseRequest.class);

        private final Handlers handlers;
        private final JavaClass type;
        private Optional<Command<?>> command = Optional.empty();
        private Optional<String> handler = Optional.empty();

        Registering(Handlers handlers, JavaClass type) {
            super(ASM);
            this.handlers = handlers;
            this.type = type;
        }

        @Override
        public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
            if (opcode != Opcodes.GETSTATIC) {
                return;
            }
            if (owner.equals(Type.getInternalName(Commands.class)) && descriptor.equals(COMMAND)) {
                given((Command<?>) constant(Commands.class, name));
            } else if (owner.equals(Type.getInternalName(DatabaseRequest.class)) && descriptor.equals(REQUEST)) {
                given(((DatabaseRequest<?, ?>) constant(DatabaseRequest.class, name)).command());
            } else if (owner.equals(Type.getInternalName(DatabaseRequest.class)) && name.equals("ALL")) {
                DatabaseRequest.ALL.forEach(
                        kind -> handlers.add(kind.answer(), type, type.getSimpleName() + ".answered"));
            }
        }

        private static Object constant(Class<?> type, String name) {
            try {
                return type.getField(name).get(null);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }

        private void given(Command<?> next) {
            command = Optional.of(next);
            handler = Optional.empty();
        }

        /** The client has a list of the answers that go to whoever has asked. */
        @Override
        public void visitInsn(int opcode) {
            if (opcode == Opcodes.AASTORE && type.getPackageName().equals("im.client")) {
                command.ifPresent(known -> handlers.add(known, type, "MsgServerLink.onReply"));
                command = Optional.empty();
            }
        }

        @Override
        public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
            if (arguments.length > 1 && arguments[1] instanceof Handle made) {
                String method = method(made.getOwner(), made.getName());
                handler = Optional.of(
                        made.getName().startsWith("lambda$") ? handlers.lambdas.getOrDefault(method, method) : method);
            }
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
            boolean heartbeat = type.getSimpleName().equals("Connection") && name.equals("commandId");
            boolean notice = owner.endsWith("NoticeMessages$Kind") && name.equals("<init>");
            if (REGISTERING.contains(owner.substring(owner.lastIndexOf('/') + 1) + "." + name) || notice || heartbeat) {
                String method = handler.filter(found -> !notice)
                        .orElse(type.getSimpleName() + (notice ? ".addTo" : "." + name));
                command.ifPresent(known -> handlers.add(known, type, heartbeat ? "Connection" : method));
                command = Optional.empty();
            } else if (descriptor.contains(COMMAND)) {
                command = Optional.empty();
            }
        }
    }
}
