@NullMarked
package dev.merpati.gateway.conversation;

import org.jspecify.annotations.NullMarked;
