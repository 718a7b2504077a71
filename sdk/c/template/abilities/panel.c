/* Shows a customer's loyalty points. */
static void points(exports_hospes_panel_list_block_t *blocks, size_t count, const char *text) {
  HOSPES_LIST(*blocks, count);
  blocks->ptr[0].tag = EXPORTS_HOSPES_PANEL_BLOCK_HEADING;
  blocks->ptr[0].val.heading = hospes_text("Loyalty");
  blocks->ptr[1].tag = EXPORTS_HOSPES_PANEL_BLOCK_TEXT;
  blocks->ptr[1].val.text = hospes_text(text);
}

bool exports_hospes_panel_render(exports_hospes_panel_context_t *context, exports_hospes_panel_list_block_t *ret,
                                 hospes_types_error_t *error) {
  (void)context, (void)error;
  points(ret, 3, "No points yet.");
  ret->ptr[2].tag = EXPORTS_HOSPES_PANEL_BLOCK_BUTTONS;
  HOSPES_LIST(ret->ptr[2].val.buttons, 1);
  ret->ptr[2].val.buttons.ptr[0].name = hospes_text("give");
  ret->ptr[2].val.buttons.ptr[0].label = hospes_text("Give 10");
  return true;
}

bool exports_hospes_panel_act(exports_hospes_panel_action_t *action, exports_hospes_panel_list_block_t *ret,
                              hospes_types_error_t *error) {
  if (!hospes_equal(action->name, "give")) {
    return hospes_fail(error, "unsupported", "there is no button %.*s", HOSPES_ARG(action->name));
  }
  points(ret, 2, "10 points.");
  return true;
}
